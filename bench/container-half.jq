# What the shim does to a container's spec, for volumes that have a hint (release 20230517; nothing is
# looked up): each mount of a hinted volume gets the hint's type and loses bind and rbind, and a bind
# mount on /dev/shm becomes a tmpfs.
def retype($type):
  .type = $type
  | if $type == "bind" then . else .options = [.options[]? | select(. != "bind" and . != "rbind")] end;
(.annotations | to_entries
  | map(select(.key | startswith("dev.gvisor.spec.mount.") and endswith(".type"))
    | {key: (.key | ltrimstr("dev.gvisor.spec.mount.") | rtrimstr(".type")), value})
  | from_entries) as $hints
| ("^" + $pods + "/[^/]*/volumes/[^/]*/(?<name>[^/]+)$") as $volume
| .mounts |= map(
    ([(.source // "") | capture($volume).name] | first // "") as $name
    | if $hints | has($name) then retype($hints[$name]) else . end)
| ([.mounts | to_entries[] | select(.value.destination == "/dev/shm" and .value.type == "bind") | .key] | first) as $shm
| if $shm == null then . else .mounts[$shm] |= retype("tmpfs") end
