#!/bin/sh
# From nothing to a first dry-run: sh examples/quickstart.sh
# On a bare Debian 12, as root, it installs the packages that are missing (as anybody else it says which), builds the
# program into build/quickstart, and rehearses the response to a Key Vault alert in the lab, a simulated Azure estate
# inside the program: no account, no network. It may be run again at any time. To undo it: rm -r build/quickstart
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/packages.sh

build=build/quickstart
need_packages $BUILD_PACKAGES || exit 2
mkdir -p "$build" || exit 1
echo "Building $build/playbook ..."
if ! { cmake -G Ninja -S . -B "$build" -DCMAKE_BUILD_TYPE=Release && cmake --build "$build" -j "$(nproc)"; } \
    </dev/null >"$build/build.log" 2>&1; then
    tail -n 40 "$build/build.log" >&2
    echo "The build failed; all of it is in $build/build.log" >&2
    exit 1
fi

echo "\$ $build/playbook run keyvault-alert --dry-run --profile lab --state $build/state"
echo
"$build/playbook" run keyvault-alert --dry-run --profile lab --state "$build/state" </dev/null
status=$?
[ $status -eq 0 ] || exit $status
cat <<END

That was a rehearsal in the lab. Its trail and the lab's estate are in $build/state. Next:
  alias playbook='$PWD/$build/playbook --profile lab --state $PWD/$build/state'
  playbook run keyvault-alert --audit --unattended        # what of the response is in place: not much yet (exit 4)
  playbook run keyvault-alert --unattended --approve-all  # carry it out, in the lab
  playbook run keyvault-alert --audit                     # look again: nothing is missing (exit 0)
  playbook lab reset                                      # the estate as it was
  playbook show keyvault-alert                            # the procedure, clause by clause
  ls examples                                             # small ones to read, change and run
README.md says how to install the program and how to point it at a real tenant.
END
