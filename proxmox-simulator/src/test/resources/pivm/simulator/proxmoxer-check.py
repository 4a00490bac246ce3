"""Uses a simulated cluster through proxmoxer: HOST PORT USER TOKEN-NAME TOKEN-VALUE."""
import sys
import time

from proxmoxer import ProxmoxAPI

host, port, user, name, value = sys.argv[1:]
api = ProxmoxAPI(host, port=int(port), user=user, token_name=name, token_value=value, verify_ssl=False)
node = sorted(n["node"] for n in api.nodes.get())[0]


def wait(upid):
    for _ in range(200):
        status = api.nodes(node).tasks(upid).status.get()
        if status["status"] == "stopped":
            assert status["exitstatus"] == "OK", status
            return
        time.sleep(0.05)
    raise SystemExit("the task did not end")


before = len(api.cluster.resources.get(type="vm"))
template = api.nodes(node).storage("local").content.get(content="vztmpl")[0]["volid"]
vmid = int(api.cluster.nextid.get())
wait(api.nodes(node).lxc.create(vmid=vmid, ostemplate=template, rootfs="local-lvm:2", hostname="px", memory=256))
config = api.nodes(node).lxc(vmid).config
assert config.get()["hostname"] == "px"
config.put(memory=512, description="changed")
assert config.get()["memory"] == 512
assert len(api.cluster.resources.get(type="vm")) == before + 1
wait(api.nodes(node).lxc(vmid).delete())
assert len(api.cluster.resources.get(type="vm")) == before
print("all well")
