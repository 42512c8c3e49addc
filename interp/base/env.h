// The door to the environment and to who is at the keyboard.
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct arena;

const char *env_get(const char *name);     // NULL when unset or empty
const char *env_user(struct arena *arena); // the operator: PLAYBOOK_USER, else the login name
// The operator's home: HOME, which services of a system often lack, else the login's; "" when there is none.
const char *env_home(struct arena *arena);
const char *env_host(struct arena *arena); // this machine's name
bool env_is_terminal(int fd);
// How many of the `wanted` files this process may have open at once, after the limit (ulimit -n) was raised
// as far as the system lets it.
size_t env_open_files(size_t wanted);
int env_columns(int fd); // width of the terminal there, 0 when there is none or it does not say
