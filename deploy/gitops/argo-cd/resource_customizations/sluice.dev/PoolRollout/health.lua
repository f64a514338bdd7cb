-- Health of the record of an attempt: it runs, or its work is done. How it ended is its pool's matter.
local status = obj.status
if status == nil or status.result == nil or status.result == "Running" or status.finishedTime == nil then
  return { status = "Progressing", message = "the attempt runs" }
end
local message = status.result
if status.reason ~= nil then
  message = message .. ": " .. status.reason
end
return { status = "Healthy", message = message }
