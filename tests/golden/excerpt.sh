#!/bin/sh
# What a README shows is what the program prints: excerpt.sh README TRANSCRIPT
# Each line of a ```console block must stand in the transcript, in that order within a block; a line of `…` stands for
# any number of lines. Times and run ids are replaced as in run.sh.
set -u
sed -E \
    -e 's/[0-9]{8}T[0-9]{6}Z-[a-z0-9]+/RUN/g' \
    -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}( – [0-9]{2}:[0-9]{2}:[0-9]{2})? UTC/TIME/g' \
    -e 's/^(When +TIME · ).*/\1…/' \
    -e 's/[0-9]+ reads?,/N reads,/' \
    -e 's/: lines? [0-9]+ to [0-9]+ of the trail/: lines N to N of the trail/' "$1" | awk -v readme="$1" '
    FILENAME != "-" { said[++count] = $0; next }
    /^```console$/ { inside = 1; at = 0; loose = 1; blocks++; next }
    /^```$/ { inside = 0; next }
    !inside { next }
    $0 == "…" { loose = 1; next }
    {
        found = 0
        for (i = at + 1; i <= count && (loose || i == at + 1); i++)
            if (said[i] == $0) { found = i; break }
        if (!found) { printf "%s:%d: not printed there: %s\n", readme, FNR, $0; bad = 1; exit }
        at = found; loose = 0
    }
    END { if (!blocks) { print readme ": no ```console block"; bad = 1 } exit bad }
' "$2" -
