// The lab's side of a world, and what runs leave behind: the judge's eyes. Invariant: what could have changed
// something is decided here anew, with nothing of the program's own tables.
#include "world.h"

#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"
#include "lab/lab.h"
#include "net/http.h"
#include "net/token.h"
#include "policy/request.h"

const struct value *world_ask(struct world *world, const char *method, const char *url,
                              const struct value *body)
{
    struct request *request = ARENA_NEW(world->arena, struct request);
    const char **headers = ARENA_ARRAY(world->arena, const char *, 2);
    struct response *response;
    struct err err = {0};
    *request = (struct request){.method = method, .url = url, .body = body};
    while (token_get(world->tokens, world->http, "https://management.azure.com", &headers[0], &err) ==
           TOKEN_WAIT) {
        http_turn(world->http);
        lab_turn(world->lab);
        for (void *owner; (owner = http_take(world->http, &response)) != NULL;)
            assert_true(token_take(world->tokens, world->http, owner, response));
    }
    assert_non_null(headers[0]);
    http_start(world->http, world->arena, request, headers, NULL, request);
    while (http_take(world->http, &response) != request) {
        http_turn(world->http);
        lab_turn(world->lab);
    }
    assert_int_equal(response->status, 200);
    return response->body;
}

const char *world_digest(struct world *world)
{
    struct err err = {0};
    const struct lab_config lab = {.dir = world_path(world, "lab")};
    const char *digest = lab_digest(world->arena, &lab, &err);
    world_must(digest != NULL, &err);
    return digest;
}

// Hosts of the lab's estate; everybody else is a stranger.
static bool is_ours(const char *host)
{
    static const char *const ours[] = {"login.microsoftonline.com",
                                       "management.azure.com",
                                       "graph.microsoft.com",
                                       "api.loganalytics.io",
                                       "api.security.microsoft.com",
                                       "api.partnercenter.microsoft.com",
                                       "kv-contoso-????.vault.azure.net",
                                       "kv-contoso-???.vault.azure.net",
                                       "kv-contoso-??.vault.azure.net"};
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
        if (host != NULL && text_glob(ours[i], host))
            return true;
    return false;
}

// What surely only reads: written down here once more, so that the program does not judge itself.
static bool surely_reads(const struct value *line)
{
    static const char *const methods[] = {"GET", "HEAD"};
    static const char *const posts[] = {"/providers/Microsoft.ResourceGraph/resources?*",
                                        "/v1/workspaces/*/query",
                                        "/v1/subscriptions/*/query",
                                        "*/workspaces/*/api/query?*",
                                        "*/providers/Microsoft.CostManagement/query?*",
                                        "/subscriptions/*/resourcegroups/*/exportTemplate?*",
                                        "/v1.0/directoryObjects/getByIds"};
    const char *method = value_text_at(line, "method"), *target = value_text_at(line, "target");
    const char *host = value_text_at(line, "host");
    if (!is_ours(host))
        return false;
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
        if (strcmp(method, methods[i]) == 0)
            return true;
    if (strcmp(method, "POST") != 0)
        return false;
    if (strcmp(host, "login.microsoftonline.com") == 0)
        return true;
    for (size_t i = 0; i < sizeof posts / sizeof posts[0]; i++)
        if (text_glob(posts[i], target))
            return true;
    return false;
}

bool world_could_change(const struct value *line)
{
    return !surely_reads(line);
}

size_t world_changes(struct world *world, const char **example)
{
    struct err err = {0};
    size_t length, count = 0;
    if (world->lab == NULL || !file_exists(world->record))
        return 0;
    const char *bytes = file_read(world->arena, world->record, 64 << 20, &length, &err);
    world_must(bytes != NULL, &err);
    while (world->seen < length) {
        const char *at = bytes + world->seen, *end = strchr(at, '\n');
        assert_non_null(end);
        const struct value *line = json_parse(world->arena, "record", at, (size_t)(end - at), &err);
        world_must(line != NULL, &err);
        if (!surely_reads(line)) {
            count++;
            if (example != NULL)
                *example = arena_strndup(world->arena, at, (size_t)(end - at));
        }
        world->seen += (size_t)(end - at) + 1;
    }
    return count;
}

static void add_folder(struct arena *arena, const char *folder, struct text *all)
{
    for (char **name = folder_list(arena, folder); *name != NULL; name++) {
        const char *path = arena_printf(arena, "%s/%s", folder, *name);
        size_t length;
        struct err err = {0};
        if (file_is_dir(path)) {
            add_folder(arena, path, all);
            continue;
        }
        const char *bytes = file_read(arena, path, 64 << 20, &length, &err);
        world_must(bytes != NULL, &err);
        text_addn(all, bytes, length);
        text_addc(all, '\n');
    }
}

const char *world_files(struct arena *arena, const char *folder, size_t *length)
{
    struct text all = text_new(arena);
    add_folder(arena, folder, &all);
    *length = all.length;
    return all.ptr == NULL ? "" : all.ptr;
}

bool world_trail_is_whole(struct world *world)
{
    struct err err = {0};
    size_t length;
    const char *bytes =
        file_read(world->arena, world_path(world, "trail/log.jsonl"), 64 << 20, &length, &err);
    world_must(bytes != NULL, &err);
    for (const char *at = bytes; *at != '\0';) {
        size_t line = strcspn(at, "\n");
        if (json_parse_own(world->arena, "trail", at, line, &err) == NULL) {
            print_error("%s at column %d: %.*s\n", err.message, err.pos.column,
                        (int)(line < 900 ? line : 900), at);
            return false;
        }
        at += line + (at[line] == '\n');
    }
    return true;
}
