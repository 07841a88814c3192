#!/bin/sh
# mount-hints-runtime: stands where a container engine expects its OCI runtime. Before "create", "run" and
# "restore" the bundle's spec is rewritten by Node; then, and for every other command at once, this process
# becomes the real runtime. docs/runtime.md tells how to set it up.
#
# Only the shell stands between engine and runtime, because it hands through what Node does not: open file
# descriptors, limits, ignored signals, LISTEN_PID. Runs under dash, busybox sh and bash. Every variable is
# named mh_… so that none of the environment is overwritten; nothing is ever evaluated.
set -f

mh_default_path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
mh_newline='
'
mh_runtime=runsc mh_node='' mh_release=auto mh_release_from='the default' mh_kubelet_dir=''
mh_layout=auto mh_volumes_dir='' mh_on_error=fail mh_log_file='' mh_log_level=info mh_cgroup_parent=auto
mh_sub_paths=leave mh_restore=log mh_image_path=''
mh_seen=' ' mh_bad='' mh_bad_runtime='' mh_value_options='' mh_boolean_options='' mh_doubt=''
mh_command='' mh_bundle='' mh_has_bundle='' mh_spec='' mh_log='' mh_log_format=text

# --- the command line -------------------------------------------------------------------------------

mh_is_command() {
  case $1 in
    bwrap | checkpoint | create | debug | delete | do | events | exec | export-metrics | features | flags | \
      fscheckpoint | help | init | install | kill | list | mitigate | nvproxy | pause | port-forward | \
      profile | ps | read | read-control | restore | resume | run | sandboxexec | spec | start | state | \
      statefile | symbolize | tar | trace | uninstall | update | usage | wait | write-control | boot | gofer)
      return 0
      ;;
  esac
  return 1
}

# Global options of runsc, runc and crun that take a value as a word of its own.
mh_takes_value() {
  case $1 in
    root | log | log-format | log-level | log-fd | criu | cgroup-manager | network | platform | \
      platform_device_path | debug-log | debug-log-fd | debug-log-format | debug-command | file-access | \
      file-access-mounts | overlay2 | host-uds | host-fifo | host-settings | panic-log | panic-log-fd | \
      panic-signal | user-log | coverage-fd | coverage-report | profile-block | profile-cpu | profile-heap | \
      profile-mutex | profile-gc-interval | profiling-metrics | profiling-metrics-log | \
      profiling-metrics-rate-us | final-metrics-log | metric-server | pcap-log | pod-init-config | qdisc | \
      qdisc-tbf-burst | qdisc-tbf-rate | ref-leak-mode | watchdog-action | traceback | trace | \
      strace-syscalls | strace-log-size | num-network-channels | network-processors-per-channel | \
      gofer-network-namespace | nvproxy-driver-version | nvproxy-allowed-driver-capabilities | dcache | \
      fdlimit | shared-root | override-procs | in-sandbox-cgroup | character-device-policy | \
      control-rpc-stop-timeout | restore-spec-validation | sidecar-release-enforcement-policy | \
      sidecar-usage-policy | EXPERIMENTAL-xdp | TESTONLY-autosave-image-path | TESTONLY-test-name-env)
      return 0
      ;;
  esac
  return 1
}

# Options of create, run and restore that take a value as a word of its own.
mh_takes_value_here() {
  case $1 in
    b | bundle | f | config | console-socket | pid-file | preserve-fds | user-log | image-path | work-path | \
      parent-path | manage-cgroups-mode | empty-ns | status-fd | lsm-profile | lsm-mount-context | exec-fd | \
      pass-fd | fs-restore-image-path)
      return 0
      ;;
  esac
  return 1
}

mh_set_option() {
  case $1 in
    log) mh_log=$2 ;;
    log-format) mh_log_format=$2 ;;
  esac
}

mh_set_option_here() {
  case $1 in
    b | bundle) mh_bundle=$2 mh_has_bundle=yes ;;
    f | config) mh_spec=$2 ;;
    image-path) mh_image_path=$2 ;;
  esac
}

# Whether the first word is one of the comma-separated ones.
mh_is_among() {
  case ,$2, in *,"$1",*) return 0 ;; esac
  return 1
}

# Takes the words apart as OCI runtimes do. Sets mh_command; for create, run and restore also the bundle.
mh_parse() {
  while [ $# -gt 0 ]; do
    mh_word=${1#-} mh_word=${mh_word#-}
    case $1 in
      --)
        mh_command=${2-}
        [ $# -gt 1 ] && shift
        break
        ;;
      -h | -help | --help | -v | -version | --version) return ;;
      -?*=*)
        mh_set_option "${mh_word%%=*}" "${mh_word#*=}"
        shift
        continue
        ;;
      -?*) ;;
      *)
        mh_command=$1
        break
        ;;
    esac
    mh_next=${2-}
    shift
    [ $# -eq 0 ] && return
    mh_is_among "$mh_word" "$mh_boolean_options" && continue
    if mh_takes_value "$mh_word" || mh_is_among "$mh_word" "$mh_value_options"; then
      mh_set_option "$mh_word" "$mh_next"
      shift
      continue
    fi
    # A boolean in runsc, and runc's and crun's take one of three words.
    [ "$mh_word" = rootless ] && case $mh_next in true | false | auto) ;; *) continue ;; esac
    # An option that nobody here knows takes a value, unless what follows can only be something else.
    case $mh_next in -*) continue ;; esac
    if mh_is_command "$mh_next"; then
      mh_weigh "$mh_word" "$@"
    else
      shift
    fi
  done
  case $mh_command in
    create | run | restore)
      shift
      mh_parse_here "$@"
      ;;
  esac
}

# mh_weigh OPTION WORD…: what follows an unknown option is a command's name. If it is the option's value all the
# same, does a container start, which nobody would have rewritten? The alternative is parsed in a shell of its own.
mh_weigh() {
  case $2 in create | run | restore) return ;; esac
  mh_other=$(
    shift 2
    mh_parse "$@"
    printf %s "$mh_command"
  )
  case $mh_other in create | run | restore) mh_doubt=${mh_doubt:-"--$1 $2"} ;; esac
}

mh_parse_here() {
  while [ $# -gt 0 ]; do
    mh_word=${1#-} mh_word=${mh_word#-}
    case $1 in
      --)
        [ $# -gt 1 ] || mh_command=''
        return
        ;;
      -h | -help | --help) break ;;
      -?*=*)
        mh_set_option_here "${mh_word%%=*}" "${mh_word#*=}"
        shift
        continue
        ;;
      -?*) ;;
      *) return ;;
    esac
    if mh_takes_value_here "$mh_word"; then
      [ $# -eq 1 ] && break
      mh_set_option_here "$mh_word" "$2"
      shift 2
      continue
    fi
    case $1 in
      # crun's short options can be glued together and to their value.
      -b?* | -db?*) [ "$mh_word" = bundle ] || mh_set_option_here b "${mh_word#*b}" ;;
      -db)
        [ $# -gt 1 ] && mh_set_option_here b "$2" && shift
        shift
        continue
        ;;
    esac
    shift
    # After an option that nobody here knows: the last word is the container, one before it is a value.
    case ${1-} in -*) continue ;; esac
    case $mh_word in detach | d | keep | no-*) continue ;; esac
    [ $# -gt 1 ] && shift
  done
  # No container is named, so that nothing will be created: only the real runtime can answer that.
  mh_command=''
}

# --- errors -----------------------------------------------------------------------------------------

# The text as the inside of a JSON string (and of logrus's quoted text), in mh_escaped. By programs, because the
# shell takes a text apart in time that grows with the square of its length.
mh_escape() {
  mh_escaped=$(
    PATH=$mh_default_path${PATH:+:$PATH} LC_ALL=C
    export PATH LC_ALL
    mh_break=$(printf '\001')
    printf %s "$1" | tr '\001\n' '?\001' |
      sed -e 's/["\\]/\\&/g' -e "s/$mh_break/\\\\n/g" -e 's/[[:cntrl:]]/?/g'
  )
}

# mh_append FILE LINE: never waits, as for a reader of a FIFO that there may not be.
mh_append() {
  [ ! -p "$1" ] && { printf '%s\n' "$2" >>"$1"; } 2>/dev/null
}

# mh_report LEVEL TEXT: to our own log file, to the caller's log, and to standard error; a warning goes to
# standard error only where there is no log, since that is also the container's standard error.
mh_report() {
  mh_escape "mount-hints-runtime: $2"
  mh_time=$(PATH=$mh_default_path${PATH:+:$PATH}; exec date -u +%Y-%m-%dT%H:%M:%SZ)
  mh_json="{\"level\":\"$1\",\"msg\":\"$mh_escaped\",\"time\":\"$mh_time\"}"
  mh_text="time=\"$mh_time\" level=$1 msg=\"$mh_escaped\""
  mh_is_logged=''
  [ -n "$mh_log_file" ] && mh_append "$mh_log_file" "$mh_json" && mh_is_logged=yes
  mh_line=$mh_text
  [ "$mh_log_format" = json ] && mh_line=$mh_json
  [ -n "$mh_log" ] && mh_append "$mh_log" "$mh_line" && mh_is_logged=yes
  [ "$1" = warning ] && [ -n "$mh_is_logged" ] && return
  if [ "$mh_log_format" = json ] && [ -z "$mh_log" ]; then
    printf '%s\n' "$mh_json" >&2
  else
    printf 'mount-hints-runtime: %s\n' "$2" >&2
  fi
}

mh_fail() {
  mh_report error "$1"
  exit 1
}

# The rewrite could not be done: fail, or start the container as it is.
mh_no_rewrite() {
  [ "$mh_on_error" = ignore ] || mh_fail "$1"
  mh_report warning "$1 The container starts unchanged (ON_ERROR=ignore)."
}

# --- configuration ----------------------------------------------------------------------------------

# The first thing that is wrong with the configuration, to be told where that matters.
mh_reject() {
  mh_bad=${mh_bad:-$1}
}

# The same, where that leaves it open which runtime is meant.
mh_reject_runtime() {
  mh_reject "$1"
  mh_bad_runtime=yes
}

mh_take() {
  mh_wants=''
  case $1 in
    RUNTIME)
      case $2 in
        /?*) mh_runtime=$2 ;;
        '' | */*) mh_wants='an absolute path, or a name to look up on PATH' ;;
        *) mh_runtime=$2 ;;
      esac
      mh_bad_runtime=${mh_wants:+yes}
      ;;
    NODE | KUBELET_DIR | VOLUMES_DIR | LOG_FILE)
      case $2 in
        /?*) ;;
        *) mh_wants='an absolute path' ;;
      esac
      ;;
    RELEASE)
      case $2 in
        auto | latest | [0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]* | release-[0-9]*) ;;
        *) mh_wants='auto, latest, or a gVisor release such as 20260615' ;;
      esac
      mh_release_from=$3
      ;;
    VOLUME_LAYOUT) case $2 in auto | kubelet | podman | docker) ;; *) mh_wants='auto, kubelet, podman or docker' ;; esac ;;
    ON_ERROR) case $2 in fail | ignore) ;; *) mh_wants='fail or ignore' ;; esac ;;
    LOG_LEVEL) case $2 in error | warning | info | debug) ;; *) mh_wants='error, warning, info or debug' ;; esac ;;
    CGROUP_PARENT) case $2 in auto | on | off) ;; *) mh_wants='auto, on or off' ;; esac ;;
    SUB_PATHS) case $2 in leave | refuse) ;; *) mh_wants='leave or refuse' ;; esac ;;
    RESTORE) case $2 in log | fix) ;; *) mh_wants='log or fix' ;; esac ;;
    VALUE_OPTIONS | BOOLEAN_OPTIONS) case $2 in '' | *[!A-Za-z0-9_,-]*) mh_wants='names of options without their dashes, separated by commas' ;; esac ;;
    *) mh_wants='one of the keys RUNTIME, NODE, RELEASE, KUBELET_DIR, VOLUME_LAYOUT, VOLUMES_DIR, ON_ERROR, LOG_FILE, LOG_LEVEL, CGROUP_PARENT, SUB_PATHS, RESTORE, VALUE_OPTIONS, BOOLEAN_OPTIONS' ;;
  esac
  case $2 in *[[:cntrl:]]*) mh_wants='a text without control characters (a carriage return, perhaps)' ;; esac
  if [ -n "$mh_wants" ]; then
    mh_reject "$3: $1 is \"$2\", and must be $mh_wants. Write KEY=value, without quotes or spaces around them."
    return
  fi
  case $1 in
    NODE) mh_node=$2 ;;
    RELEASE) mh_release=$2 ;;
    KUBELET_DIR) mh_kubelet_dir=$2 ;;
    VOLUME_LAYOUT) mh_layout=$2 ;;
    VOLUMES_DIR) mh_volumes_dir=$2 ;;
    ON_ERROR) mh_on_error=$2 ;;
    LOG_FILE) mh_log_file=$2 ;;
    LOG_LEVEL) mh_log_level=$2 ;;
    CGROUP_PARENT) mh_cgroup_parent=$2 ;;
    SUB_PATHS) mh_sub_paths=$2 ;;
    RESTORE) mh_restore=$2 ;;
    VALUE_OPTIONS) mh_value_options=$2 ;;
    BOOLEAN_OPTIONS) mh_boolean_options=$2 ;;
  esac
}

# Who may write the file may choose what root runs: only root and the caller.
mh_check_owner() {
  # shellcheck disable=SC2046
  set -- $(PATH=$mh_default_path${PATH:+:$PATH}; exec ls -ldLn "$mh_config" 2>/dev/null)
  case ${1-} in
    '') mh_reject_runtime "$mh_config cannot be looked at with ls. Make it readable." ;;
    ?????w* | ????????w*) mh_reject_runtime "$mh_config may be written by its group or by others, who could then choose what runs as root. Run chmod go-w on it." ;;
  esac
  [ "${3-}" = 0 ] || [ -O "$mh_config" ] ||
    mh_reject_runtime "$mh_config belongs to user ${3-}, who could choose what runs as root. Run chown root on it."
}

mh_read_config() {
  if [ -f "$mh_config" ] && [ -r "$mh_config" ]; then
    mh_check_owner
  else
    mh_reject_runtime "$mh_config cannot be read. Correct MOUNT_HINTS_CONFIG, or write the file."
  fi
  [ -n "$mh_bad" ] && return
  mh_number=0
  while IFS= read -r mh_entry || [ -n "$mh_entry" ]; do
    mh_number=$((mh_number + 1))
    case $mh_entry in
      '' | '#'*) continue ;;
      [A-Z]*=*) ;;
      *)
        mh_reject "$mh_config, line $mh_number: \"$mh_entry\" is not of the form KEY=value. Correct it, or start a comment with #."
        case $mh_entry in *RUNTIME*) mh_bad_runtime=yes ;; esac
        continue
        ;;
    esac
    mh_key=${mh_entry%%=*}
    case $mh_seen in
      *" $mh_key "*)
        mh_reject "$mh_config, line $mh_number: $mh_key stands there a second time. Remove one of the lines."
        [ "$mh_key" = RUNTIME ] && mh_bad_runtime=yes
        continue
        ;;
    esac
    mh_seen="$mh_seen$mh_key "
    mh_take "$mh_key" "${mh_entry#*=}" "$mh_config, line $mh_number"
  done <"$mh_config"
}

mh_configure() {
  mh_config=${MOUNT_HINTS_CONFIG:-/etc/gvisor-mount-hints/runtime.conf}
  if [ -n "${MOUNT_HINTS_CONFIG-}" ] || [ -e "$mh_config" ]; then mh_read_config; fi
  [ -n "${MOUNT_HINTS_RUNTIME-}" ] && mh_take RUNTIME "$MOUNT_HINTS_RUNTIME" 'environment MOUNT_HINTS_RUNTIME'
  [ -n "${MOUNT_HINTS_NODE-}" ] && mh_take NODE "$MOUNT_HINTS_NODE" 'environment MOUNT_HINTS_NODE'
  [ -n "${MOUNT_HINTS_RELEASE-}" ] && mh_take RELEASE "$MOUNT_HINTS_RELEASE" 'environment MOUNT_HINTS_RELEASE'
  [ -n "${MOUNT_HINTS_KUBELET_DIR-}" ] &&
    mh_take KUBELET_DIR "$MOUNT_HINTS_KUBELET_DIR" 'environment MOUNT_HINTS_KUBELET_DIR'
  [ -n "${MOUNT_HINTS_VOLUME_LAYOUT-}" ] &&
    mh_take VOLUME_LAYOUT "$MOUNT_HINTS_VOLUME_LAYOUT" 'environment MOUNT_HINTS_VOLUME_LAYOUT'
  [ -n "${MOUNT_HINTS_VOLUMES_DIR-}" ] &&
    mh_take VOLUMES_DIR "$MOUNT_HINTS_VOLUMES_DIR" 'environment MOUNT_HINTS_VOLUMES_DIR'
  [ -n "${MOUNT_HINTS_ON_ERROR-}" ] && mh_take ON_ERROR "$MOUNT_HINTS_ON_ERROR" 'environment MOUNT_HINTS_ON_ERROR'
  [ -n "${MOUNT_HINTS_LOG_FILE-}" ] && mh_take LOG_FILE "$MOUNT_HINTS_LOG_FILE" 'environment MOUNT_HINTS_LOG_FILE'
  [ -n "${MOUNT_HINTS_LOG_LEVEL-}" ] && mh_take LOG_LEVEL "$MOUNT_HINTS_LOG_LEVEL" 'environment MOUNT_HINTS_LOG_LEVEL'
  [ -n "${MOUNT_HINTS_CGROUP_PARENT-}" ] &&
    mh_take CGROUP_PARENT "$MOUNT_HINTS_CGROUP_PARENT" 'environment MOUNT_HINTS_CGROUP_PARENT'
  [ -n "${MOUNT_HINTS_SUB_PATHS-}" ] && mh_take SUB_PATHS "$MOUNT_HINTS_SUB_PATHS" 'environment MOUNT_HINTS_SUB_PATHS'
  [ -n "${MOUNT_HINTS_RESTORE-}" ] && mh_take RESTORE "$MOUNT_HINTS_RESTORE" 'environment MOUNT_HINTS_RESTORE'
  [ -n "${MOUNT_HINTS_VALUE_OPTIONS-}" ] &&
    mh_take VALUE_OPTIONS "$MOUNT_HINTS_VALUE_OPTIONS" 'environment MOUNT_HINTS_VALUE_OPTIONS'
  [ -n "${MOUNT_HINTS_BOOLEAN_OPTIONS-}" ] &&
    mh_take BOOLEAN_OPTIONS "$MOUNT_HINTS_BOOLEAN_OPTIONS" 'environment MOUNT_HINTS_BOOLEAN_OPTIONS'
  return 0
}

# --- programs ---------------------------------------------------------------------------------------

# Whether a program is this script, or another copy of it: two of one name that find each other on PATH never end.
# Copies of other names come to an end, and are spared the reading, which is slow in a program without line ends.
mh_is_self() {
  [ "$1" -ef "$0" ] || [ "${1##*/}" = mount-hints-runtime ] && return
  [ "${1##*/}" = "${0##*/}" ] && [ -r "$1" ] || return
  {
    IFS= read -r mh_line
    case $mh_line in '#!'*) IFS= read -r mh_line ;; esac
  } <"$1"
  case $mh_line in '# mount-hints-runtime: '*) return 0 ;; esac
  return 1
}

# mh_look_up NAME: the first program of that name on PATH, or where programs usually are, in mh_found.
# Relative directories are passed over, and so is this script.
mh_look_up() {
  mh_found='' mh_ifs=$IFS IFS=: mh_path=${PATH-}:$mh_default_path
  for mh_directory in $mh_path; do
    case $mh_directory in /*) ;; *) continue ;; esac
    mh_candidate=$mh_directory/$1
    [ -f "$mh_candidate" ] && [ -x "$mh_candidate" ] || continue
    mh_is_self "$mh_candidate" && continue
    mh_found=$mh_candidate
    break
  done
  IFS=$mh_ifs
}

# Makes a path of mh_runtime; mh_fault says why that cannot be.
mh_find_runtime() {
  mh_fault=''
  case $mh_runtime in
    /*)
      if mh_is_self "$mh_runtime"; then
        mh_fault="RUNTIME is $mh_runtime, which is mount-hints-runtime itself. Name the real runtime, such as /usr/local/bin/runsc."
      elif [ ! -f "$mh_runtime" ] || [ ! -x "$mh_runtime" ]; then
        mh_fault="RUNTIME is $mh_runtime, and no program is there. Install it, or correct RUNTIME."
      fi
      ;;
    *)
      mh_look_up "$mh_runtime"
      if [ -n "$mh_found" ]; then
        mh_runtime=$mh_found
      else
        mh_fault="no OCI runtime named $mh_runtime is on PATH. Install it, or set RUNTIME=/path/to/it in $mh_config."
      fi
      ;;
  esac
}

# A wrong configuration stops new containers only: those that run must still be killed and deleted. Where RUNTIME
# cannot be had, a program of its name on PATH is taken, and runsc where there is no name.
mh_find_any_runtime() {
  mh_find_runtime
  mh_why=${mh_bad_runtime:+$mh_bad}
  mh_why=${mh_why:-$mh_fault}
  [ -z "$mh_why" ] && return
  if [ -n "$mh_fault" ]; then
    for mh_name in "${mh_runtime##*/}" runsc; do
      mh_runtime=$mh_name
      mh_find_runtime
      [ -z "$mh_fault" ] && break
    done
    [ -n "$mh_fault" ] && mh_fail "$mh_why"
  fi
  mh_report warning "$mh_why Until then $mh_runtime is called for all but new containers."
}

# The directory that this script really is in, in mh_home: engines are often given a symbolic link.
mh_find_home() {
  mh_real=$0
  if [ -L "$0" ]; then
    mh_real=$(PATH=$mh_default_path${PATH:+:$PATH}; readlink -f "$0" 2>/dev/null && echo x)
    mh_real=${mh_real%"${mh_newline}x"}
  fi
  case $mh_real in
    */*) mh_home=${mh_real%/*} ;;
    *) mh_home=. ;;
  esac
}

mh_find_node() {
  [ -n "$mh_node" ] && return
  if [ "${0%/*}" != "$0" ] && [ -x "${0%/*}/node" ]; then
    mh_node=${0%/*}/node
    return
  fi
  mh_look_up node
  mh_node=$mh_found
}

# --- the rewrite ------------------------------------------------------------------------------------

# The Node half: in mh_node and mh_program, Node.js and the file that it runs, or the executable beside this script
# that has both in it, and its command.
mh_find_program() {
  mh_find_home
  mh_program=$mh_home/mount-hints-runtime.cjs
  if [ ! -e "$mh_program" ] && [ -f "$mh_home/mount-hints" ] && [ -x "$mh_home/mount-hints" ]; then
    mh_node=$mh_home/mount-hints mh_program=rewrite-before-start
  else
    mh_find_node
  fi
}

mh_rewrite() {
  mh_find_program
  if [ -z "$mh_node" ] || [ ! -x "$mh_node" ]; then
    mh_no_rewrite "no Node.js is at \"${mh_node:-PATH}\". Install Node.js 20.19 or later, or set NODE=/path/to/node in $mh_config."
    return
  fi
  (
    # Nothing else of the environment reaches Node, and OpenSSL and ICU in it: NODE_OPTIONS, OPENSSL_CONF and
    # their kind can stop it, or make it load what the caller names.
    set -- ${PATH+"PATH=$PATH"} ${HOME+"HOME=$HOME"} ${XDG_CACHE_HOME+"XDG_CACHE_HOME=$XDG_CACHE_HOME"} \
      ${XDG_DATA_HOME+"XDG_DATA_HOME=$XDG_DATA_HOME"}
    # env would take a path with an equals sign for a variable.
    # shellcheck disable=SC2016
    case $mh_node in *=*) set -- "$@" /bin/sh -c 'exec "$0" "$@"' ;; esac
    PATH=$mh_default_path${PATH:+:$PATH}
    exec env -i "$@" "$mh_node" "$mh_program" "--bundle=$mh_bundle" "--spec=$mh_spec" \
      "--runtime=$mh_runtime" "--release=$mh_release" "--release-from=$mh_release_from" \
      "--kubelet-dir=$mh_kubelet_dir" "--volume-layout=$mh_layout" "--volumes-dir=$mh_volumes_dir" \
      "--cgroup-parent=$mh_cgroup_parent" "--sub-paths=$mh_sub_paths" "--restore=$mh_restore" \
      "--image-path=$mh_image_path" "--on-error=$mh_on_error" "--log=$mh_log" \
      "--log-format=$mh_log_format" "--log-file=$mh_log_file" "--log-level=$mh_log_level" \
      </dev/null >/dev/null
  )
  mh_status=$?
  case $mh_status in
    0) ;;
    # It has reported its error itself.
    3) [ "$mh_on_error" = ignore ] || exit 1 ;;
    *) mh_no_rewrite "the rewriting program $mh_program ended with status $mh_status. Look at its output, and at $mh_node." ;;
  esac
}

mh_configure
mh_parse "$@"
[ -n "$mh_doubt" ] &&
  mh_fail "\"$mh_doubt\" is an option that nobody here knows, and its value or a command: one reading starts a container that is not rewritten. Write VALUE_OPTIONS=NAME in $mh_config if it takes a value, BOOLEAN_OPTIONS=NAME if it does not."
case $mh_command in
  create | run | restore)
    [ -n "$mh_bad" ] && mh_fail "$mh_bad"
    mh_find_runtime
    [ -n "$mh_fault" ] && mh_fail "$mh_fault"
    # A restore without a bundle takes up where the checkpoint was made.
    # The other two name an image for their own ends.
    [ "$mh_command" = restore ] || mh_image_path=''
    if [ "$mh_command" != restore ] || [ -n "$mh_has_bundle" ] || [ -e config.json ]; then mh_rewrite; fi
    ;;
  *) mh_find_any_runtime ;;
esac
exec "$mh_runtime" "$@"
