# Which packages of Debian 12 are needed, and how they get there. Read by tests/run.sh and examples/quickstart.sh.

BUILD_PACKAGES="gcc libc6-dev cmake make ninja-build pkg-config liblua5.4-dev libcurl4-openssl-dev libssl-dev libcjson-dev
libyaml-dev libmicrohttpd-dev ca-certificates"
TEST_PACKAGES="libcmocka-dev lua5.4 lua-check clang clang-format libclang-rt-14-dev llvm python3 python3-jsonschema jq git strace
golang-go golang-golang-x-mod-dev"

# need_packages NAME...: all of them are there afterwards, or false and a word on what to do.
need_packages() {
    if ! command -v dpkg-query >/dev/null 2>&1; then
        echo "This is not Debian: what its packages $* hold has to be there." >&2
        return 0
    fi
    missing=
    for name; do
        dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing="$missing $name"
    done
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" != 0 ]; then
        echo "These packages are missing; as root: apt-get install$missing" >&2
        return 1
    fi
    echo "Installing:$missing"
    apt_log=$(mktemp) || return 1
    if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing; } \
        </dev/null >"$apt_log" 2>&1; then
        tail -n 20 "$apt_log" >&2
        rm -f "$apt_log"
        return 1
    fi
    rm -f "$apt_log"
}
