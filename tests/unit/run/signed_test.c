// Signatures under playbooks: whose counts, and that one flipped byte of the playbook or of the note is
// enough for it not to.
#include "../test.h"

#include "base/file.h"
#include "playbook/catalog.h"
#include "playbook/playbook.h"
#include "run/signed.h"
#include "trail/keys.h"
#include "trail/signers.h"

static const char text[] = "playbook: go\nversion: 1.0.0\ntitle: Go\nsteps:\n  - id: a\n    let: {x: 1}\n";

struct desk {
    struct arena *arena;
    char folder[SCRATCH_SIZE];
    const char *file;
    struct note_signer dana;
    struct signers signers; // who is trusted
};

static void write(const char *file, const char *bytes, size_t length)
{
    struct err err;
    assert_true(file_replace(file, bytes, length, &err));
}

// The playbook as it is on disk, read anew.
static const struct playbook *read(struct desk *desk)
{
    struct err err;
    struct err_list *errors = err_list_new(desk->arena);
    struct catalog *catalog = catalog_open(desk->arena, NULL);
    const struct catalog_file *file = catalog_read(catalog, desk->file, &err);
    assert_non_null(file);
    return playbook_parse_yaml(desk->arena, file, errors);
}

static struct signature look(struct desk *desk)
{
    return signed_look(desk->arena, read(desk), &desk->signers);
}

static void open_desk(struct desk *desk)
{
    struct err err;
    struct note_key key;
    scratch_open(desk->folder);
    desk->arena = arena_open();
    desk->file = arena_printf(desk->arena, "%s/go.yaml", desk->folder);
    write(desk->file, text, sizeof text - 1);
    const char *file = arena_printf(desk->arena, "%s/dana.key", desk->folder);
    assert_true(keys_new_signer(desk->arena, file, "dana", &key, &err));
    assert_true(keys_read_signer(desk->arena, file, &desk->dana, &err));
    assert_true(signers_add(desk->arena, desk->folder, &key, &err));
    assert_true(signers_load(desk->arena, desk->folder, &desk->signers, &err));
}

static void close_desk(struct desk *desk)
{
    arena_close(desk->arena);
    scratch_close(desk->folder);
}

static const char *sign(struct desk *desk, const struct note_signer *signer)
{
    const struct playbook *playbook = read(desk);
    const char *note = signed_note(desk->arena, playbook, signer);
    write(signed_file(desk->arena, playbook), note, strlen(note));
    return note;
}

static void says_who(void **state)
{
    (void)state;
    struct desk desk;
    struct signers nobody = {0};
    open_desk(&desk);
    struct signature none = look(&desk);
    assert_true(none.by == NULL && !none.is_there);
    assert_string_equal(none.fault, "is not signed");
    sign(&desk, &desk.dana);
    assert_string_equal(look(&desk).by, note_key_text(desk.arena, &desk.dana.key));
    struct signature stranger = signed_look(desk.arena, read(&desk), &nobody);
    assert_true(stranger.by == NULL && stranger.is_there);
    assert_non_null(strstr(stranger.fault, "whom nobody here trusts"));
    // One that cannot be read is none.
    file_remove(signed_file(desk.arena, read(&desk)));
    struct err err;
    assert_true(file_mkdirs(signed_file(desk.arena, read(&desk)), &err));
    struct signature unread = look(&desk);
    assert_true(unread.by == NULL && strstr(unread.fault, "cannot be read") != NULL);
    desk.file = arena_printf(desk.arena, "%s/other.yaml", desk.folder);
    write(desk.file, text, sizeof text - 1);
    // Another key in her name.
    struct note_signer other = desk.dana;
    other.seed[0] ^= 1;
    other = note_signer_new("dana", other.seed);
    sign(&desk, &other);
    assert_null(look(&desk).by);
    close_desk(&desk);
}

static void notices_any_change(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk);
    const char *note = sign(&desk, &desk.dana);
    const char *file = signed_file(desk.arena, read(&desk));
    char *changed = arena_strdup(desk.arena, note);
    for (size_t i = 0; i < strlen(note); i++) {
        changed[i] ^= 1;
        write(file, changed, strlen(note));
        if (look(&desk).by != NULL)
            fail_msg("byte %zu of the note may be another", i);
        changed[i] ^= 1;
    }
    write(file, note, strlen(note) - 1);
    assert_null(look(&desk).by);
    write(file, note, strlen(note));
    char *bytes = arena_strdup(desk.arena, text);
    for (size_t i = 0; i < strlen(text); i++) {
        bytes[i] ^= 1;
        write(desk.file, bytes, strlen(text));
        const struct playbook *playbook = read(&desk);
        if (playbook != NULL && signed_look(desk.arena, playbook, &desk.signers).by != NULL)
            fail_msg("byte %zu of the playbook may be another", i);
        bytes[i] ^= 1;
    }
    close_desk(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_who),
        cmocka_unit_test(notices_any_change),
    };
    return cmocka_run_group_tests_name("run/signed", tests, NULL, NULL);
}
