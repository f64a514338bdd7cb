-- Asks Sluice to try a rejected revision, or a growth that failed, again.
-- A request is an object of its own, bound to one revision and never to the next. The pool's spec stays as Git declares
-- it. Its name holds the version of the pool that the person saw: to press twice asks once.
-- The rejection that the pool's condition tells of: of the revision that it names, else of nodes of the stable one.
local told = ""
for _, condition in ipairs(obj.status.conditions) do
  if condition.type == "Stalled" then
    told = condition.message
  end
end
local revision = obj.status.revisions.stable
for _, rejection in ipairs(obj.status.revisions.rejected) do
  if string.find(told, "revision " .. rejection.revision .. " was rejected", 1, true) ~= nil then
    revision = rejection.revision
  end
end

local request = {}
request.apiVersion = obj.apiVersion
request.kind = "PoolAction"
request.metadata = {}
request.metadata.namespace = obj.metadata.namespace
request.metadata.name = string.sub(obj.metadata.name, 1, 200) .. "-retry-" .. obj.metadata.resourceVersion
local owner = {}
owner.apiVersion = obj.apiVersion
owner.kind = obj.kind
owner.name = obj.metadata.name
owner.uid = obj.metadata.uid
request.metadata.ownerReferences = {}
request.metadata.ownerReferences[1] = owner
request.spec = {}
request.spec.poolRef = {}
request.spec.poolRef.kind = obj.kind
request.spec.poolRef.name = obj.metadata.name
request.spec.verb = "Retry"
request.spec.revision = revision
request.spec.reason = "asked for in Argo CD"

local impacted = {}
impacted.operation = "create"
impacted.resource = request
return { impacted }
