// Expressions of any bytes: no crash, no hang; what is mentioned stands in the text.
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/panic.h"
#include "playbook/mention.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_open();
    struct err err = {0};
    char *source = arena_alloc(arena, size + 1);
    memcpy(source, data, size); // to the first NUL: no text of the program holds one
    struct expr expr = {.source = source, .pos = {"fuzz", 1, 1}};
    bool ok = mention_scan(arena, &expr, &err);
    REQUIRE(ok == (err.code == E_NONE));
    REQUIRE(ok || err.pos.line >= 1);
    for (size_t i = 0; ok && i < expr.mention_count; i++)
        REQUIRE(mention_is_name(expr.mentions[i].root) && strstr(source, expr.mentions[i].root) != NULL);
    arena_close(arena);
    return 0;
}
