-- Which requests a person can make of the pool as it is now.
local rollout = obj.status ~= nil and obj.status.rollout or nil
local running = rollout ~= nil and rollout.phase ~= "RollingBack"
local held = running and rollout.pausedBecause ~= nil

local stalled = false
for _, condition in ipairs(obj.status ~= nil and obj.status.conditions or {}) do
  if condition.type == "Stalled" and condition.status == "True" then
    local reason = condition.reason
    stalled = reason == "RevisionRejected" or reason == "ProgressDeadlineExceeded" or reason == "MetricsUnavailable"
  end
end

local actions = {}
actions["promote"] = {
  ["disabled"] = not (running and rollout.phase == "Canary"),
  ["displayName"] = "Take the present step as passed",
  ["iconClass"] = "fa fa-fw fa-forward",
}
actions["abort"] = {
  ["disabled"] = not running,
  ["displayName"] = "Abort the rollout",
  ["iconClass"] = "fa fa-fw fa-stop",
}
actions["retry"] = {
  ["disabled"] = not stalled,
  ["displayName"] = "Try the rejected revision again",
  ["iconClass"] = "fa fa-fw fa-redo",
}
actions["pause"] = {
  ["disabled"] = not running or held,
  ["displayName"] = "Hold the rollout at its step",
  ["iconClass"] = "fa fa-fw fa-pause",
}
actions["resume"] = {
  ["disabled"] = not held,
  ["displayName"] = "Let the rollout go on",
  ["iconClass"] = "fa fa-fw fa-play",
}
return actions
