// The door to the dynamic loader. Not for what the libraries do: each has one file that calls it.
// Invariant: a library that is loaded stays, so its functions are valid until the process ends.
#include "base/library.h"

#include <dlfcn.h>
#include <string.h>

#include "base/panic.h"

bool library_load(const char *file, const char *const *names, void *table, size_t table_size, struct err *err)
{
    void *library = dlopen(file, RTLD_LAZY | RTLD_LOCAL | RTLD_NODELETE);
    if (library == NULL) {
        err_set(err, E_LIBRARY, "%s cannot be loaded", file);
        return err_note(err, "%.200s", dlerror()), false;
    }
    size_t count = 0;
    for (; names[count] != NULL; count++) {
        void *function = dlsym(library, names[count]);
        if (function == NULL)
            return err_set(err, E_LIBRARY, "%s has no %s: it is too old", file, names[count]);
        REQUIRE((count + 1) * sizeof function <= table_size);
        memcpy((char *)table + count * sizeof function, &function, sizeof function);
    }
    REQUIRE(count * sizeof(void *) == table_size);
    return true;
}
