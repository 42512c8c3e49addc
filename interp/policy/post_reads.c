// Matches POST requests against the table. Invariant: what is not wholly understood is not a read.
#include "policy/post_reads.h"

#include <string.h>

#include "policy/url.h"

static const struct {
    enum host_kind kind;
    const char *path, *versions;
} rows[] = {
#define X(kind, path, versions) {kind, path, versions},
#include "policy/post_reads.def"
#undef X
};

static bool has_word(const char *words, const char *word, size_t length)
{
    for (;; words++) {
        size_t here = strcspn(words, " ");
        if (here > 0 && here == length && strncmp(words, word, length) == 0)
            return true;
        words += here;
        if (*words == '\0')
            return false;
    }
}

// Names are compared without case, as ARM does.
static bool has_key(const char *pair, const char *key)
{
    return strncasecmp(pair, key, strlen(key)) == 0;
}

// One api-version of the list, once; at most one $skiptoken beside it.
static bool query_fits(const char *query, const char *versions)
{
    int seen = 0, tokens = 0;
    if (versions[0] == '\0' || query == NULL)
        return versions[0] == '\0' && query == NULL;
    for (;;) {
        size_t length = strcspn(query, "&");
        if (has_key(query, "api-version=")) {
            size_t key = strlen("api-version=");
            if (!has_word(versions, query + key, length - key))
                return false;
            seen++;
        } else if (has_key(query, "$skiptoken=") || has_key(query, "%24skiptoken=")) {
            tokens++;
        } else {
            return false;
        }
        query += length;
        if (*query == '\0')
            return seen == 1 && tokens <= 1;
        query++;
    }
}

bool post_reads_has(enum host_kind kind, const struct url *url)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].kind == kind && url_matches(url, rows[i].path) &&
            query_fits(url->query, rows[i].versions))
            return true;
    return false;
}
