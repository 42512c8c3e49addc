// YAML of any bytes, and what is read as a playbook: no crash, no hang; a failure always says why.
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/panic.h"
#include "data/yaml.h"
#include "playbook/catalog.h"
#include "playbook/playbook.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_open();
    struct err err = {0};
    char *bytes = arena_alloc(arena, size + 1);
    memcpy(bytes, data, size);
    const struct value *root = yaml_parse(arena, "fuzz.yaml", bytes, size, &err);
    REQUIRE((root == NULL) == (err.code != E_NONE));
    if (root != NULL) {
        struct err_list *errors = err_list_new(arena);
        struct catalog_file file = {.path = "fuzz.yaml", .name = "fuzz.yaml", .bytes = bytes, .length = size};
        REQUIRE(playbook_parse(arena, &file, root, errors) != NULL || errors->errors > 0);
    }
    arena_close(arena);
    return 0;
}
