// JSON of any bytes: no crash, no hang; what is read is written so that it reads the same.
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/panic.h"
#include "data/json.h"
#include "data/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_open();
    struct err err = {0};
    char *bytes = arena_alloc(arena, size + 1);
    memcpy(bytes, data, size);
    const struct value *value = json_parse(arena, "fuzz", bytes, size, &err);
    REQUIRE((value == NULL) == (err.code != E_NONE));
    if (value != NULL) {
        char *text = json_text(arena, value);
        const struct value *again = json_parse(arena, "again", text, strlen(text), &err);
        REQUIRE(again != NULL && value_equal(value, again));
    }
    arena_close(arena);
    return 0;
}
