// libcurl's functions that are used, loaded when the first connection is wanted (base/library.h). The only
// file that sees its headers; only net/http.c, and what it is made of, include it.
#pragma once
#include <stdbool.h>

#include <curl/curl.h>

#include "base/err.h"

#define LIBCURL_FUNCTIONS                                                                                    \
    X(easy_cleanup)                                                                                          \
    X(easy_getinfo)                                                                                          \
    X(easy_init)                                                                                             \
    X(easy_setopt)                                                                                           \
    X(easy_strerror)                                                                                         \
    X(global_cleanup)                                                                                        \
    X(global_init)                                                                                           \
    X(multi_add_handle)                                                                                      \
    X(multi_assign)                                                                                          \
    X(multi_cleanup)                                                                                         \
    X(multi_info_read)                                                                                       \
    X(multi_init)                                                                                            \
    X(multi_remove_handle)                                                                                   \
    X(multi_setopt)                                                                                          \
    X(multi_socket_action)                                                                                   \
    X(version_info)

struct arena;

struct libcurl {
#define X(name) __typeof__(curl_##name) *name;
    LIBCURL_FUNCTIONS
#undef X
};

// Begins to load the library, for who will want it soon (base/library.h).
void libcurl_load_ahead(void);
// Loads and initialises the library; false: it is not there or too old.
MUST_CHECK bool libcurl_load(struct libcurl *curl, struct err *err);
// The library's list, in the arena: it only reads it, and no longer than the transfer lasts. `lines` ends in
// NULL.
struct curl_slist *libcurl_list(struct arena *arena, const char *const *lines);
