#!/bin/sh
# What is installed works: install.sh BUILD. The program alone, copied into an empty folder and run with an empty
# environment and no source tree in reach, rehearses the shipped playbook; the manual page is there.
set -eu
scratch=$1/tests/scratch
. "$(dirname "$0")/scratch.sh"
DESTDIR= cmake --install "$1" --prefix "$work/usr" >"$work/log"
for file in bin/playbook share/man/man1/playbook.1 share/bash-completion/completions/playbook \
    share/doc/playbook/REFERENCE.md share/doc/playbook/LICENSE; do
    [ -s "$work/usr/$file" ] || { echo "$file is not installed"; exit 1; }
done
"$work/usr/bin/playbook" help --completion | cmp - "$work/usr/share/bash-completion/completions/playbook"
"$work/usr/bin/playbook" help --man | cmp - "$work/usr/share/man/man1/playbook.1"
head -n 1 "$work/usr/share/man/man1/playbook.1" | grep -q '^\.TH PLAYBOOK 1'
mkdir "$work/alone"
cp "$work/usr/bin/playbook" "$work/alone/"
rm -r "$work/usr"
cd "$work/alone"
env -i HOME="$work/alone" PATH=/nowhere ./playbook run keyvault-alert --dry-run </dev/null >out 2>err || { cat out err; exit 1; }
grep '^Nothing was changed: [0-9]* reads, 0 changes sent\.$' out
env -i HOME="$work/alone" PATH=/nowhere ./playbook check keyvault-alert keyvault-enable
