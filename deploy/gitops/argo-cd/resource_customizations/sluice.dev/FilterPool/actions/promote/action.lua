-- Asks Sluice to take the present step as passed. The steps after it are judged as ever.
-- A request is an object of its own, bound to one revision and never to the next. The pool's spec stays as Git declares
-- it. Its name holds the version of the pool that the person saw: to press twice asks once.
local revision = obj.status.rollout.revision

local request = {}
request.apiVersion = obj.apiVersion
request.kind = "PoolAction"
request.metadata = {}
request.metadata.namespace = obj.metadata.namespace
request.metadata.name = string.sub(obj.metadata.name, 1, 200) .. "-promote-" .. obj.metadata.resourceVersion
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
request.spec.verb = "Promote"
request.spec.revision = revision
request.spec.reason = "asked for in Argo CD"

local impacted = {}
impacted.operation = "create"
impacted.resource = request
return { impacted }
