-- Health of a person's request: answered, or not yet. A refusal says what to do instead.
local status = obj.status
local phase = status ~= nil and status.phase or nil
if phase == "Accepted" then
  return { status = "Healthy", message = status.message }
end
if phase == "Refused" then
  return { status = "Degraded", message = status.message }
end
return { status = "Progressing", message = "waiting for Sluice to answer" }
