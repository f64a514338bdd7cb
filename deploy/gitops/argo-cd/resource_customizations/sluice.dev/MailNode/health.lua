-- Health of one mail node: whether it carries its share. One that failed its preflight needs a person.
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

return concluded("Stalled", "True", "Degraded")
  or concluded("Reconciling", "True", "Progressing")
  or concluded("Ready", "True", "Healthy")
  or health
