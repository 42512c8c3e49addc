// Requests of any bytes to the lab: no crash, no hang, an answer with a status that HTTP knows, an estate
// that can still be read. An input is "METHOD HOST TARGET", a line feed, the body.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/panic.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"
#include "lab/core.h"
#include "lab/estate.h"
#include "lab/lab.h"

#include "../scratch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FORM                                                                                                 \
    "grant_type=client_credentials&client_id=" LAB_CLIENT_ID "&client_secret=" LAB_CLIENT_SECRET "&scope="

static const char *const resources[] = {"https://management.azure.com", "https://graph.microsoft.com",
                                        "https://api.loganalytics.io", "https://vault.azure.net"};

// One estate for the whole process; what inputs change stays changed.
static struct core core;
static struct arena *own;
static const char *tokens[4];
static char folder[SCRATCH_SIZE];

static void clean_up(void)
{
    estate_close(core.estate);
    scratch_close(folder);
    arena_close(own);
}

static void set_up(void)
{
    struct err err;
    scratch_open(folder);
    own = arena_open();
    core.estate = estate_open(arena_printf(own, "%s/lab", folder), NULL, &err);
    REQUIRE(core.estate != NULL);
    for (size_t i = 0; i < 4; i++) {
        char *form = arena_printf(own, FORM "%s/.default", resources[i]);
        struct call call = {.arena = own,
                            .method = "POST",
                            .host_name = "login.microsoftonline.com",
                            .target = "/" LAB_TENANT "/oauth2/v2.0/token",
                            .bytes = form,
                            .length = strlen(form)};
        core_answer(&core, &call);
        tokens[i] = arena_printf(own, "Bearer %s", value_text_at(call.answer, "access_token"));
    }
    atexit(clean_up);
}

static char *take_word(struct arena *arena, const char **at, const char *end, char stop)
{
    const char *start = *at;
    while (*at < end && **at != stop)
        (*at)++;
    char *word = arena_strndup(arena, start, (size_t)(*at - start));
    *at += *at < end;
    return word;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (own == NULL)
        set_up();
    struct arena *arena = arena_open();
    const char *at = (const char *)data, *end = at + size;
    struct call call = {.arena = arena, .content_type = "application/json", .metadata = "true"};
    call.method = take_word(arena, &at, end, ' ');
    call.host_name = take_word(arena, &at, end, ' ');
    call.target = take_word(arena, &at, end, '\n');
    call.bytes = arena_strndup(arena, at, (size_t)(end - at));
    call.length = (size_t)(end - at);
    bool vault = text_ends(call.host_name, ".vault.azure.net");
    for (size_t i = 0; i < 4; i++)
        if (vault ? i == 3 : strcmp(resources[i] + strlen("https://"), call.host_name) == 0)
            call.authorization = tokens[i];
    core_answer(&core, &call);
    REQUIRE(call.status >= 200 && call.status < 600);
    REQUIRE(!estate_is_broken(core.estate));
    if (call.answer != NULL) {
        char *text = json_text(arena, call.answer);
        REQUIRE(json_parse(arena, "answer", text, strlen(text), NULL) != NULL);
    }
    arena_close(arena);
    return 0;
}
