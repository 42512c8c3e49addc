// Chooses between the system's folder of certificates and its bundle. Not for reading either.
// Invariant: exactly one of the two is chosen. With both set, as the library's defaults on Debian are, the
// whole bundle is parsed for every connection (18 ms) although the folder holds the one certificate that is
// wanted.
#include "net/trust.h"

#include "base/arena.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/text.h"

static bool has_hashed(struct arena *arena, const char *folder)
{
    for (char **name = folder_list(arena, folder); *name != NULL; name++)
        if (text_ends(*name, ".0"))
            return true;
    return false;
}

bool trust_find(struct arena *arena, const char *own, const char *folder, const char *bundle,
                struct trust *trust, struct err *err)
{
    *trust = (struct trust){0};
    if (folder == NULL)
        folder = "/etc/ssl/certs";
    if (own != NULL) {
        if (!file_exists(own))
            return err_set(err, E_CONFIG, "the certificate file %s is not there", own);
        trust->file = own;
        trust->words = arena_printf(arena, "the profile's certificates in %s", own);
    } else if (has_hashed(arena, folder)) {
        trust->folder = arena_strdup(arena, folder);
        trust->words = arena_printf(arena, "certificates in %s", folder);
    } else if (bundle != NULL && file_exists(bundle)) {
        trust->file = arena_strdup(arena, bundle);
        trust->words = arena_printf(arena, "the bundle %s, kept in memory", bundle);
    } else {
        err_set(err, E_NETWORK, "there are no certificates of authorities, so no server can be trusted");
        err_hint(err, "install the package ca-certificates");
        return false;
    }
    return true;
}
