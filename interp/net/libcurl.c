// Loads libcurl. Not for using it (http.c). Invariant: after libcurl_load every function is there.
#include "net/libcurl.h"

#include <stddef.h>

#include "base/arena.h"
#include "base/library.h"
#include "base/panic.h"

static const char *const names[] = {
#define X(name) "curl_" #name,
    LIBCURL_FUNCTIONS
#undef X
        NULL};

static const char soname[] = "libcurl.so.4";

void libcurl_load_ahead(void)
{
    library_load_ahead(soname);
}

bool libcurl_load(struct libcurl *curl, struct err *err)
{
    if (!library_load(soname, names, curl, sizeof *curl, err))
        return false;
    REQUIRE(curl->global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
    return true;
}

struct curl_slist *libcurl_list(struct arena *arena, const char *const *lines)
{
    struct curl_slist *first = NULL, **end = &first;
    for (; *lines != NULL; lines++) {
        struct curl_slist *node = ARENA_NEW(arena, struct curl_slist);
        node->data = (char *)*lines;
        *end = node;
        end = &node->next;
    }
    return first;
}
