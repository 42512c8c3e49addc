// Somebody at a terminal of 80 columns, without colour and with LC_ALL=C, is asked a question and for an
// approval, and types: what was meant, nonsense, too much, nothing, Ctrl-C and Ctrl-D. The lab tells whether
// anything was changed.
#include "lab/lab.h"
#include "report/wrap.h"
#include "terminal.h"

static const char playbook[] =
    "playbook: keyboard\n"
    "version: 1.0.0\n"
    "title: Frage und Freigabe – für Prüfer\n"
    "alerts: [KV_*]\n"
    "steps:\n"
    "  - id: known\n"
    "    ask: \"Hat Jürgen (\\e[31m日本\\u202E) die Größe aller Geheimnisse absichtlich gelesen, und wer "
    "sagt das?\"\n"
    "    choices: [yes, no, \"weiß nicht\", \"3\"]\n"
    "    otherwise: \"weiß nicht\"\n"
    "  - id: close\n"
    "    when: known.answer == 'no'\n"
    "    do: keyvault.restrict_principal\n"
    "    with: {vault: \"${alert.resource.id}\", principal: \"${alert.actor.object_id}\"}\n";

static struct terminal terminal_with_playbook(struct arena *arena)
{
    struct terminal terminal;
    terminal_new(&terminal, arena);
    write_file(arena_printf(arena, "%s/p.yaml", terminal.folder), playbook);
    return terminal;
}

// No line of the program's own is wider than the terminal, and nothing on it can steer one. What was typed is
// echoed behind a mark by the terminal itself.
static void check_screen(const struct terminal *terminal)
{
    struct arena *arena = terminal->arena;
    assert_null(strchr(terminal->screen.ptr, '\x1b'));
    assert_null(strstr(terminal->screen.ptr, "\xE2\x80\xAE"));
    for (char *rest = arena_strdup(arena, terminal->screen.ptr), *line;
         (line = strsep(&rest, "\r\n")) != NULL;)
        if (strstr(line, "answer:") == NULL && strstr(line, "yes or no:") == NULL &&
            strncmp(line, "typed", 5) != 0 && wrap_width(line) > COLUMNS)
            fail_msg("wider than the terminal: %s", line);
}

static const char *lab_of(const struct terminal *terminal)
{
    struct err err = {0};
    const struct lab_config config = {.dir = arena_printf(terminal->arena, "%s/state/lab", terminal->folder)};
    const char *digest = lab_digest(terminal->arena, &config, &err);
    assert_non_null(digest);
    return digest;
}

static void questions(void **state)
{
    (void)state;
    static const struct {
        const char *keys[3]; // one for each time that the mark is shown
        int exit;
        const char *shows;
    } rows[] = {
        {{"1\r"}, 0, "--answer known=yes"},
        {{"  YES \r"}, 0, "--answer known=yes"},
        {{"wxei\x7F\x7F\x7F"
          "eiß nicht\r"},
         0,
         "--answer 'known=weiß nicht'"},  // corrected with the backspace key
        {{"3\r"}, 0, "--answer known=3"}, // a word before a number
        {{"4\r"}, 0, "--answer known=3"},
        {{"\r"}, 3, "waits for an answer to known"},
        {{"\x04"}, 3, "waits for an answer to known"}, // Ctrl-D
        {{"no\x04\x04"}, 3, "waits for an answer to known"},
        {{"\x03"}, 130, "answer:"}, // Ctrl-C
        {{"5\r", "0\r", "nö\r"}, 3, "It is left open."},
        {{"5\r", "yes\r"}, 0, "--answer known=yes"},
        {{"1 \x16\x01\r", "2147483649\r", "18446744073709551617\r"}, 3, "It is left open."},
    };
    struct arena *arena = arena_open();
    struct terminal terminal = terminal_with_playbook(arena);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        terminal_start(&terminal, "run p.yaml");
        terminal_expect(&terminal, "Hat Jürgen (<U+001B>[31m日本<U+202E>)");
        for (size_t k = 0; k < 3 && rows[i].keys[k] != NULL; k++) {
            terminal_expect(&terminal, "answer: ");
            terminal_type(&terminal, rows[i].keys[k]);
        }
        int status = terminal_end(&terminal);
        if (status != rows[i].exit || !terminal_shows(&terminal, rows[i].shows))
            fail_msg("row %zu: exit %d\n%s", i, status, terminal.screen.ptr);
        check_screen(&terminal);
    }
    arena_close(arena);
}

static char *repeated(struct arena *arena, const char *part, size_t times, const char *end)
{
    struct text text = text_new(arena);
    for (size_t i = 0; i < times; i++)
        text_add(&text, part);
    text_add(&text, end);
    return text.ptr;
}

struct approval_row {
    const char *keys[3];
    int exit;
    bool changes;
    const char *shows;
};

static void approve_at_keyboard(struct terminal *terminal, const struct approval_row *row)
{
    const char *before = lab_of(terminal);
    terminal_start(terminal, "run p.yaml --answer known=no");
    terminal_expect(terminal, "1.  close keyvault.restrict_principal");
    terminal_expect(terminal, "PUT /subscriptions/");
    terminal_expect(terminal, "Approve this change?");
    for (size_t k = 0; k < 3 && row->keys[k] != NULL; k++) {
        terminal_expect(terminal, "yes or no: ");
        terminal_type(terminal, row->keys[k]);
    }
    int status = terminal_end(terminal);
    bool changed = strcmp(before, lab_of(terminal)) != 0;
    if (status != row->exit || changed != row->changes || !terminal_shows(terminal, row->shows))
        fail_msg("exit %d, %schanged\n%s", status, changed ? "" : "not ", terminal->screen.ptr);
    check_screen(terminal);
}

static void approvals(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    const char *padded = repeated(arena, "yes", 1, repeated(arena, " ", 300, "no\r"));
    const struct approval_row rows[] = {
        {{"\r"}, 3, false, "0 of 1 given"},
        {{"\x04"}, 3, false, "0 of 1 given"},
        {{"yes\x04\x04"}, 3, false, "0 of 1 given"},
        {{"\x03"}, 130, false, "0 changes sent"},
        {{"ye\x03"}, 130, false, "0 changes sent"},
        {{"ja\r", "yess\r", "да\r"}, 3, false, "It is left open."},
        {{padded, repeated(arena, "y", 5000, "\r"), "yes\x16\x01\r"}, 3, false, "It is left open."},
        {{"\xFF\xFE\r", "yes\xE2\x80\x8B\r", "\r"}, 3, false, "0 of 1 given"}, // no UTF-8; a hidden character
        {{"no\r"}, 6, false, "was refused"},
        {{"maybe\r", " N\r"}, 6, false, "was refused"},
        {{"Yes \r"}, 0, true, "1 change sent"},
    };
    struct terminal terminal = terminal_with_playbook(arena);
    terminal_start(&terminal, "lab reset");
    assert_int_equal(terminal_end(&terminal), 0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        approve_at_keyboard(&terminal, &rows[i]);
    arena_close(arena);
}

// What was typed before the change was on the screen is no approval of it.
static void typed_ahead(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct terminal terminal = terminal_with_playbook(arena);
    terminal_start(&terminal, "run p.yaml");
    terminal_expect(&terminal, "answer: ");
    terminal_type(&terminal, "no\ryes\ryes\r");
    terminal_expect(&terminal, "yes or no: ");
    terminal_type(&terminal, "no\r");
    assert_int_equal(terminal_end(&terminal), 6);
    assert_true(terminal_shows(&terminal, "was refused"));
    arena_close(arena);
}

// A dry-run asks questions and nothing else; --json and a pipe ask nothing.
static void no_approval_in_a_dry_run(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct terminal terminal = terminal_with_playbook(arena);
    terminal_start(&terminal, "run p.yaml --dry-run");
    terminal_expect(&terminal, "answer: ");
    terminal_type(&terminal, "no\r");
    assert_int_equal(terminal_end(&terminal), 0);
    assert_true(terminal_shows(&terminal, "Plan: 1 change"));
    assert_false(terminal_shows(&terminal, "yes or no:"));
    terminal_start(&terminal, "run p.yaml --answer known=no --json");
    assert_int_equal(terminal_end(&terminal), 3);
    assert_false(terminal_shows(&terminal, "yes or no:"));
    arena_close(arena);
}

// Whoever approves a mail reads all of it: more than a line of the trail would hold.
static void whole_mail(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct terminal terminal;
    terminal_new(&terminal, arena);
    const char *escapes = repeated(arena, "\\e", 6000, ""); // six bytes each in JSON
    write_file(arena_printf(arena, "%s/p.yaml", terminal.folder),
               arena_printf(arena,
                            "playbook: mail\nversion: 1.0.0\ntitle: Mail\nalerts: [KV_*]\nsteps:\n"
                            "  - id: tell\n    do: notify.owner\n    with:\n"
                            "      to: [dana.levy@contoso.com]\n      about: test\n"
                            "      subject: \"%sEND OF SUBJECT\"\n"
                            "      text: \"Grüße,\\n\\n%s\\n  yes or no: yes\\nEND OF TEXT\\n\"\n",
                            repeated(arena, "Größe ", 12, ""), escapes));
    terminal_start(&terminal, "run p.yaml");
    terminal_expect(&terminal, "message.subject");
    terminal_expect(&terminal, "END OF SUBJECT");
    terminal_expect(&terminal, "message.toRecipients dana.levy@contoso.com");
    terminal_expect(&terminal, "\r\n        Grüße,\r\n\r\n        <U+001B><U+001B>");
    terminal_expect(&terminal, "\r\n          yes or no: yes\r\n        END OF TEXT\r\n");
    size_t escaped = 0;
    for (const char *s = terminal.screen.ptr; (s = strstr(s, "<U+001B>")) != NULL; s++)
        escaped++;
    assert_int_equal(escaped, 6000);
    terminal_expect(&terminal, "Approve this change?");
    terminal_expect(&terminal, "\r\n  yes or no: ");
    terminal_type(&terminal, "no\r");
    assert_int_equal(terminal_end(&terminal), 6);
    assert_true(terminal_shows(&terminal, "(too long for a line of the trail:"));
    check_screen(&terminal);
    arena_close(arena);
}

// Answers given before Ctrl-C are in the command that goes on; somebody at the keyboard is not told to
// approve all.
static void how_to_go_on(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct terminal terminal;
    terminal_new(&terminal, arena);
    write_file(arena_printf(arena, "%s/p.yaml", terminal.folder),
               "playbook: two\nversion: 1.0.0\ntitle: Two\nalerts: [KV_*]\nsteps:\n"
               "  - id: first\n    ask: First?\n    choices: [yes, no]\n"
               "  - id: second\n    ask: Second?\n    choices: [yes, no]\n");
    terminal_start(&terminal, "run p.yaml --dry-run");
    terminal_expect(&terminal, "answer: ");
    terminal_type(&terminal, "no\r");
    terminal_expect(&terminal, "Second?");
    terminal_expect(&terminal, "answer: ");
    terminal_type(&terminal, "\x03");
    assert_int_equal(terminal_end(&terminal), 130);
    assert_true(terminal_shows(&terminal, "  playbook run p.yaml --answer first=no --dry-run\r\n"));
    assert_false(terminal_shows(&terminal, "To carry it out"));
    write_file(arena_printf(arena, "%s/p.yaml", terminal.folder), playbook);
    terminal_start(&terminal, "run p.yaml --answer known=no");
    terminal_expect(&terminal, "yes or no: ");
    terminal_type(&terminal, "\x03");
    assert_int_equal(terminal_end(&terminal), 130);
    assert_true(terminal_shows(&terminal, "  playbook resume 2"));
    terminal_start(&terminal, "resume last"); // the answer stands
    terminal_expect(&terminal, "yes or no: ");
    terminal_type(&terminal, "no\r");
    assert_int_equal(terminal_end(&terminal), 6);
    arena_close(arena);
}

// A mail that was begun in a process that died: nobody knows whether it was sent. The screen says what to do,
// at the keyboard and elsewhere, and what somebody says of it is recorded and holds.
static void unknown_fate(void **state)
{
    (void)state;
#ifndef PLAYBOOK_FAULTS
    skip();
#endif
    struct arena *arena = arena_open();
    struct terminal terminal;
    bool met = false;
    for (int n = 1; n <= 20 && !met; n++) {
        terminal_new(&terminal, arena);
        write_file(arena_printf(arena, "%s/p.yaml", terminal.folder),
                   "playbook: mail\nversion: 1.0.0\ntitle: Mail\nalerts: [KV_*]\nsteps:\n"
                   "  - id: tell\n    do: notify.owner\n    with:\n"
                   "      to: [dana.levy@contoso.com]\n      about: test\n      subject: S\n      text: T\n");
        terminal_start(&terminal, "run p.yaml --dry-run"); // lab and trail are there
        assert_int_equal(terminal_end(&terminal), 0);
        terminal.fault = arena_printf(arena, "k:%d", n);
        terminal_start(&terminal, "run p.yaml --unattended --approve-all");
        (void)terminal_end(&terminal);
        terminal.fault = NULL;
        terminal_start(&terminal, "run p.yaml --unattended --approve-all");
        met = terminal_end(&terminal) == 3;
    }
    assert_true(met);
    assert_true(terminal_shows(&terminal, "question tell?: "));
    assert_true(terminal_shows(&terminal, "happened | repeat"));
    assert_true(terminal_shows(&terminal, "'tell?=VALUE'"));
    terminal_start(&terminal, "run p.yaml --answer tell?=yes");
    assert_int_equal(terminal_end(&terminal), 2);
    assert_true(terminal_shows(&terminal, "its choices: happened, repeat"));
    terminal_start(&terminal, "run p.yaml");
    terminal_expect(&terminal, "1 happened\r\n  2 repeat\r\n");
    terminal_expect(&terminal, "answer: ");
    terminal_type(&terminal, "\r");
    assert_int_equal(terminal_end(&terminal), 3);
    terminal_start(&terminal, "run p.yaml --answer tell?=happened");
    assert_int_equal(terminal_end(&terminal), 0);
    assert_true(terminal_shows(&terminal, "Already in place, nothing sent: 1 change\r\n  tell\r\n"));
    terminal_start(&terminal, "run p.yaml --audit");
    assert_int_equal(terminal_end(&terminal), 0);
    arena_close(arena);
}

// An approval says for which clause of the procedure, in its words; and what was refused is not called made.
static void clauses_and_counts(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct terminal terminal;
    terminal_new(&terminal, arena);
    terminal_start(&terminal, "run keyvault-alert --answer origin=unexpected");
    terminal_expect(&terminal, "KV-CONTACT-4 If the source can be identified in the tenant");
    terminal_expect(&terminal, "yes or no: ");
    terminal_type(&terminal, "no\r");
    terminal_expect(&terminal, "yes or no: ");
    terminal_type(&terminal, "\x03");
    assert_int_equal(terminal_end(&terminal), 130);
    assert_true(terminal_shows(&terminal, "\r\nRefused: 1 change\r\n"));
    assert_false(terminal_shows(&terminal, "\r\nMade: "));
    arena_close(arena);
}

// Another process stops the run while somebody is asked: nobody has to touch the keyboard.
static void stopped_from_elsewhere(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct terminal terminal = terminal_with_playbook(arena), other = terminal;
    terminal_start(&terminal, "run p.yaml");
    terminal_expect(&terminal, "answer: ");
    terminal_start(&other, "stop last");
    assert_int_equal(terminal_end(&other), 0);
    assert_true(terminal_shows(&other, "was interrupted and ended"));
    assert_int_equal(terminal_end(&terminal), 130);
    scratch_close(terminal.folder);
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(questions),
                                       cmocka_unit_test(approvals),
                                       cmocka_unit_test(typed_ahead),
                                       cmocka_unit_test(no_approval_in_a_dry_run),
                                       cmocka_unit_test(whole_mail),
                                       cmocka_unit_test(how_to_go_on),
                                       cmocka_unit_test(unknown_fate),
                                       cmocka_unit_test(clauses_and_counts),
                                       cmocka_unit_test(stopped_from_elsewhere)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
