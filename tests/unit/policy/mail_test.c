// Letters to a mail server, as the gate judges them.
#include "../test.h"

#include "data/json.h"
#include "data/value.h"
#include "policy/channel.h"
#include "policy/cloud.h"
#include "policy/gate.h"
#include "policy/request.h"

static const struct channel server = {
    .url = "smtp://u:s3cret@mail.example", .shown = "smtp://mail.example", .sender = "soc@contoso.com"};

#define LETTER(key)                                                                                          \
    "{\"from\": \"soc@contoso.com\", \"to\": [\"dana@contoso.com\"], \"subject\": \"s\", " key ": \"t\"}"

static enum gate_verdict judge(struct gate *gate, struct arena *arena, const char *body, struct err *err)
{
    const struct value *value = json_parse(arena, "test", body, strlen(body), err);
    assert_non_null(value);
    struct request request = {.method = "POST", .url = server.shown, .body = value};
    return gate_judge(gate, PHASE_APPLY, &request, NULL, err);
}

static void letters_go_to_known_people(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct gate *gate = gate_new(
        arena,
        &(struct gate_config){.mode = MODE_DRY_RUN, .cloud = cloud_find("public"), .channel = &server});
    gate_allow_address(gate, "dana@contoso.com");
    gate_allow_address(gate, "grüße@contoso.com");
    static const struct {
        const char *to, *more, *why; // NULL: it is held, as the mode has it
    } cases[] = {
        {"[\"dana@contoso.com\"]", "", NULL},
        {"[\"Dana@Contoso.com\", \"dana@contoso.com\"]", "", NULL},
        {"[\"dana@contoso.com\", \"eve@evil.example\"]", "", "neither register nor directory"},
        {"[\"dana@contoso.com\\r\\nBcc: eve@evil.example\"]", "", "neither register nor directory"},
        {"[\"grüße@contoso.com\"]", "", "no address that a mail server takes"},
        {"[7]", "", "without an address"},
        {"\"dana@contoso.com\"", "", "to somebody"},
        {"[]", "", "to somebody"},
        {"[\"dana@contoso.com\"]", ", \"cc\": [\"eve@evil.example\"]", "{from, to, subject, text}"},
    };
    struct err err = {0};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *body = arena_printf(
            arena, "{\"from\": \"soc@contoso.com\", \"to\": %s, \"subject\": \"s\", \"text\": \"t\"%s}",
            cases[i].to, cases[i].more);
        enum gate_verdict got = judge(gate, arena, body, &err);
        assert_int_equal(got, cases[i].why == NULL ? GATE_HOLD : GATE_REFUSE);
        if (cases[i].why != NULL && strstr(err.message, cases[i].why) == NULL)
            fail_msg("%s: %s", cases[i].to, err.message);
    }
    const char *other =
        "{\"from\": \"eve@evil.example\", \"to\": [\"dana@contoso.com\"], \"subject\": \"s\", "
        "\"text\": \"t\"}";
    assert_int_equal(judge(gate, arena, other, &err), GATE_REFUSE);
    assert_non_null(strstr(err.message, "from the profile's sender"));
    // What has the words of a letter is no letter elsewhere, nor without one of them.
    const struct value *letter =
        json_parse(arena, "test", LETTER("\"text\""), strlen(LETTER("\"text\"")), &err);
    struct request request = {.method = "PUT", .url = server.shown, .body = letter};
    assert_int_equal(gate_judge(gate, PHASE_APPLY, &request, NULL, &err), GATE_REFUSE);
    assert_int_equal(judge(gate, arena, LETTER("\"text\""), &err), GATE_HOLD);
    assert_int_equal(judge(gate, arena, LETTER("\"html\""), &err), GATE_REFUSE);
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(letters_go_to_known_people)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
