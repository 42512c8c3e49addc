// The door to the dynamic loader. Not for what the libraries do: each has one file that calls it.
// Invariant: a library that is loaded stays, so its functions are valid until the process ends.
#include "base/library.h"

#include <dlfcn.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>

#include "base/panic.h"

static void *open_library(const char *file)
{
    return dlopen(file, RTLD_LAZY | RTLD_LOCAL | RTLD_NODELETE);
}

// The loader has a lock of its own: others who load, and the process when it ends, wait for this.
static void *load_beside(void *file)
{
    open_library(file);
    return NULL;
}

void library_load_ahead(const char *file)
{
    pthread_t thread;
    sigset_t all, before;
    mallopt(M_ARENA_MAX, 1); // a heap of its own for one short thread is a waste
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before); // signals are for the thread that waits for them
    if (pthread_create(&thread, NULL, load_beside, (void *)file) == 0)
        pthread_detach(thread);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

bool library_load(const char *file, const char *const *names, void *table, size_t table_size, struct err *err)
{
    void *library = open_library(file);
    if (library == NULL) {
        err_set(err, E_LIBRARY, "%s cannot be loaded", file);
        err_note(err, "%.200s", dlerror());
        return false;
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
