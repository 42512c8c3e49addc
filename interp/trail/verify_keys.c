// Follows changes of the signing key, forward from the trusted one to the one that signs now, and back to
// earlier ones, whose checkpoints may be kept somewhere. Not for changing it (rotate.c). Invariant: a key
// counts only when a line of the log, in the tree that the key before has signed, names it.
#include <string.h>

#include "base/arena.h"
#include "base/folder.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"
#include "trail/verify_pass.h"

static void add(struct verify_pass *pass, const struct rotate_kept *kept, bool in_front)
{
    if (pass->handover_count == VERIFY_MAX_KEYS)
        return;
    size_t at = in_front ? 0 : pass->handover_count;
    memmove(pass->handovers + at + 1, pass->handovers + at,
            (pass->handover_count - at) * sizeof pass->handovers[0]);
    pass->handovers[at] = (struct verify_handover){.kept = *kept};
    pass->handover_count++;
}

void verify_keys_follow(struct verify_pass *pass)
{
    const char *folder = arena_printf(pass->arena, "%s/rotated", pass->folder);
    char **names = folder_list(pass->arena, folder); // sorted by size
    size_t count = 0;
    while (names[count] != NULL)
        count++;
    struct rotate_kept *kept = ARENA_ARRAY(pass->arena, struct rotate_kept, count);
    size_t used = 0;
    for (size_t i = 0; i < count; i++)
        used += rotate_read(pass->arena, arena_printf(pass->arena, "%s/%s", folder, names[i]), &kept[used]) &&
                strcmp(kept[used].from.name, pass->key.name) == 0;
    struct note_key first = pass->key;
    for (size_t i = 0; i < used; i++)
        if (note_same_key(&kept[i].from, &pass->key)) {
            add(pass, &kept[i], false);
            pass->key = kept[i].to;
        }
    for (size_t i = used; i-- > 0;)
        if (note_same_key(&kept[i].to, &first)) {
            add(pass, &kept[i], true);
            first = kept[i].from;
        }
}

bool verify_keys_open(struct verify_pass *pass, const char *bytes, size_t length, struct head_state *state)
{
    for (size_t i = 0; i < pass->handover_count; i++)
        if (head_parse(bytes, length, &pass->handovers[i].kept.from, true, state))
            return state->size <= pass->handovers[i].kept.state.size;
    return head_parse(bytes, length, &pass->key, true, state);
}

void verify_keys_watch(struct verify_pass *pass, const struct entry *entry, const char *line, size_t length)
{
    for (size_t i = 0; i < pass->handover_count; i++) {
        struct verify_handover *handover = &pass->handovers[i];
        if (handover->kept.state.size != pass->tree.size + 1 || !entry_is(entry, "key.rotated"))
            continue;
        const struct value *value = json_parse_own(pass->scratch, NULL, line, length, NULL);
        const char *from = value_text_at(value, "from"), *to = value_text_at(value, "to");
        handover->named = from != NULL && to != NULL &&
                          strcmp(from, note_key_text(pass->scratch, &handover->kept.from)) == 0 &&
                          strcmp(to, note_key_text(pass->scratch, &handover->kept.to)) == 0;
    }
}

void verify_keys_judge(struct verify_pass *pass)
{
    for (size_t i = 0; i < pass->handover_count; i++) {
        const struct verify_handover *handover = &pass->handovers[i];
        int64_t at = (int64_t)handover->kept.state.size - 1;
        if (!handover->named)
            verify_add(pass, VERIFY_TAMPERED, "replaced-key", at, at,
                       "no signed line names the key %08x that is said to follow %08x",
                       (unsigned)handover->kept.to.id, (unsigned)handover->kept.from.id);
    }
}
