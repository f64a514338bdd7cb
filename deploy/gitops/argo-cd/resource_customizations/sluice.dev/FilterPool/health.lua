-- Health of a Sluice pool. "Degraded" is said of what needs a person: no mail flows, or what Git declares was rejected.
-- In the second case the message says on which revision the mail flows meanwhile.
local health = { status = "Progressing", message = "waiting for Sluice to see this generation" }
local status = obj.status
if status == nil or status.observedGeneration == nil or status.observedGeneration ~= obj.metadata.generation then
  return health
end

local conditions = {}
for _, condition in ipairs(status.conditions or {}) do
  conditions[condition.type] = condition
end

local function concluded(type, value, conclusion)
  local condition = conditions[type]
  if condition ~= nil and condition.status == value then
    return { status = conclusion, message = condition.message }
  end
  return nil
end

return concluded("Available", "False", "Degraded")
  or concluded("Stalled", "True", "Degraded")
  or concluded("Paused", "True", "Suspended")
  or concluded("Reconciling", "True", "Progressing")
  or concluded("Ready", "True", "Healthy")
  or health
