// From a target to a handler, by the table routes.def. Not for who may: access.c. Invariants: a segment is
// decoded after the path was cut, so an encoded slash never makes another path; a control character in a name
// is refused.
#include "lab/route.h"

#include <string.h>

#include "base/arena.h"
#include "base/panic.h"
#include "base/text.h"
#include "lab/handlers.h"
#include "lab/make.h"

// The api-versions that each provider takes, as globs.
#define VERSION_SETS                                                                                         \
    X(NONE, "")                                                                                              \
    X(ANY, "20*-*-*")                                                                                        \
    X(SUBSCRIPTION,                                                                                          \
      "2015-11-01 2016-0?-01* 2017-05-10 2018-0?-01 2019-*-01 2019-*-10 2020-*-01 2021-*-01 2022-*-01 "      \
      "2023-07-01 2024-*-01 2025-*-01")                                                                      \
    X(CLOUD, "2015-01-01 2018-05-01 2019-05-01 2019-10-01 2020-06-01 2022-09-01")                            \
    X(VAULT,                                                                                                 \
      "2015-06-01 2016-10-01 2018-02-14* 2019-09-01 2020-04-01-preview 2021-0?-01-preview 2021-10-01 "       \
      "2021-11-01-preview 2022-07-01 2022-11-01 2023-02-01 2023-07-01 2024-11-01 2024-12-01-preview "        \
      "2025-05-01 2026-02-01")                                                                               \
    X(SECURITY,                                                                                              \
      "2015-06-01-preview 2018-06-01 2020-01-01 2021-01-01 2021-06-01 2021-11-01 2022-01-01 2022-03-01 "     \
      "2023-01-01 2024-01-01 2020-01-01-preview 2023-12-01-preview")                                         \
    X(SUPPRESSION, "2019-01-01-preview")                                                                     \
    X(GOVERNANCE, "2022-01-01-preview")                                                                      \
    X(SOFTWARE, "2021-05-01-preview")                                                                        \
    X(AUTHORIZATION,                                                                                         \
      "2015-01-01 2015-06-01 2015-07-01 2016-09-01 2017-04-01 2018-01-01-preview 2018-07-01-preview "        \
      "2018-09-01-preview 2020-05-01 2020-08-01-preview "                                                    \
      "2020-10-01 2020-10-01-preview 2020-04-01-preview 2022-04-01 2022-05-01-preview 2024-07-01-preview")   \
    X(COST, "2019-1?-01 2020-06-01 2021-10-01 2022-10-01 2023-03-01 2023-11-01 2024-08-01 2025-03-01")       \
    X(QUOTA, "2021-03-15-preview 2023-02-01 2024-12-18-preview 2025-03-01")                                  \
    X(CAPACITY, "2019-07-19-preview 2020-10-25")                                                             \
    X(SUPPORT, "2020-04-01 2022-09-01-preview 2024-04-01")                                                   \
    X(INVENTORY, "2019-04-01 2020-04-01-preview 2021-03-01 2022-10-01 2024-04-01")                           \
    X(INSIGHTS, "2015-04-01 2017-05-01-preview 2021-05-01-preview")                                          \
    X(AUTOMATION,                                                                                            \
      "2015-10-31 2017-05-15-preview 2018-01-15 2018-06-30 2019-06-01 2020-01-13-preview 2022-08-08 "        \
      "2023-11-01 2024-10-23")                                                                               \
    X(WEBHOOK, "2015-10-31 2023-05-15-preview 2024-10-23")                                                   \
    X(QUERY, "2017-01-01-preview 2020-08-01 2022-10-01")                                                     \
    X(WORKSPACE, "2015-11-01-preview 2020-03-01-preview 2020-08-01 2020-10-01 2021-06-01 "                   \
                 "2021-12-01-preview 2022-10-01 2023-09-01 2025-02-01 2025-07-01")                           \
    X(COMPUTE, "2017-12-01 2018-*-01 2019-*-01 2020-*-01 2021-*-01 2022-*-01 2023-*-01 2023-*-02 2024-*-01 " \
               "2025-*-01 2026-*-01")                                                                        \
    X(DISK, "2018-*-01 2018-*-30 2019-*-01 2020-*-01 2020-*-30 2021-*-01 2022-*-02 2023-*-02 2024-*-02 "     \
            "2025-*-02 2026-*-02")                                                                           \
    X(NETWORK, "2017-1?-01 2018-*-01 2019-*-01 2020-*-01 2021-*-01 2022-*-01 2023-*-01 2024-*-01 2025-*-01 " \
               "2026-*-01")                                                                                  \
    X(DATA, "2016-10-01 7.0 7.1 7.2 7.3 7.4 7.5 7.6 7.?-preview* 2025-0?-01* 2026-0?-01*")

enum version_set {
#define X(name, globs) VERSIONS_##name,
    VERSION_SETS
#undef X
};
static const char *const version_globs[] = {
#define X(name, globs) globs,
    VERSION_SETS
#undef X
};

static const struct row {
    enum call_host host;
    const char *method, *template;
    enum version_set versions;
    void (*handler)(struct call *call);
} rows[] = {
#define X(host, method, template, versions, handler)                                                         \
    {CALL_##host, method, template, VERSIONS_##versions, handler},
#include "lab/routes.def"
#undef X
};
enum { ROWS = sizeof rows / sizeof rows[0] };

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// Valid UTF-8 without control characters?
static bool is_clean(const char *text)
{
    for (size_t left = strlen(text), size; left > 0; text += size, left -= size) {
        size = text_utf8(text, left, NULL);
        if (size == 0 || (unsigned char)*text < 0x20 || *text == 0x7f)
            return false;
    }
    return true;
}

// NULL when an escape is broken, or the text is not clean: it will stand in keys, answers and files.
static char *decode(struct arena *arena, const char *raw, size_t length, bool plus)
{
    char *text = arena_alloc(arena, length + 1), *out = text;
    for (size_t i = 0; i < length; i++) {
        char c = raw[i];
        if (c == '+' && plus)
            c = ' ';
        if (c == '%') {
            int high = i + 2 < length ? hex_digit(raw[i + 1]) : -1;
            int low = high < 0 ? -1 : hex_digit(raw[i + 2]);
            if (low < 0)
                return NULL;
            c = (char)(high * 16 + low);
            i += 2;
        }
        if (c == '\0')
            return NULL;
        *out++ = c;
    }
    return is_clean(text) ? text : NULL;
}

static enum call_host host_of(struct call *call)
{
    static const struct {
        const char *name;
        enum call_host host;
    } names[] = {{"management.azure.com", CALL_ARM},
                 {"graph.microsoft.com", CALL_GRAPH},
                 {"api.loganalytics.io", CALL_LOGS},
                 {"api.loganalytics.azure.com", CALL_LOGS},
                 {"api.security.microsoft.com", CALL_ENDPOINT},
                 {"api.securitycenter.microsoft.com", CALL_ENDPOINT},
                 {"login.microsoftonline.com", CALL_LOGIN},
                 {"169.254.169.254", CALL_METADATA},
                 {"api.partnercenter.microsoft.com", CALL_PARTNER}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(call->host_name, names[i].name) == 0)
            return names[i].host;
    if (text_starts(call->host_name, "127.0.0.1:") && text_starts(call->target, "/msi/token?"))
        return CALL_METADATA; // App Service's: on the machine itself
    size_t label = strcspn(call->host_name, ".");
    if (label == 0 || strcmp(call->host_name + label, ".vault.azure.net") != 0)
        return CALL_NOWHERE;
    call->vault = arena_strndup(call->arena, call->host_name, label);
    return CALL_VAULT;
}

// Graph also writes users('id') and applications(appId='id'): two segments.
static bool add_segment(struct call *call, const char *raw, size_t length)
{
    char *text = decode(call->arena, raw, length, false);
    if (text == NULL || call->segment_count + 2 > CALL_MAX_SEGMENTS)
        return false;
    char *open = call->host == CALL_GRAPH && length > 3 && text_ends(text, "')") ? strchr(text, '(') : NULL;
    if (open != NULL) {
        *open = '\0';
        call->segments[call->segment_count++] = text;
        text = open + 1;
        text[strlen(text) - 1] = '\0';
        if (*text == '\'') {
            text++;
            text[strlen(text) - 1] = '\0';
        }
    }
    call->segments[call->segment_count++] = text;
    return true;
}

static bool add_param(struct call *call, const char *raw, size_t length)
{
    if (length == 0)
        return true;
    const char *equals = memchr(raw, '=', length);
    size_t name = equals == NULL ? length : (size_t)(equals - raw);
    char *value = equals == NULL ? "" : decode(call->arena, equals + 1, length - name - 1, true);
    char *text = decode(call->arena, raw, name, true);
    if (text == NULL || value == NULL || call->param_count == CALL_MAX_PARAMS)
        return false;
    call->params[call->param_count++] = (struct call_pair){text, value};
    return true;
}

static bool read_params(struct call *call, const char *at)
{
    for (;;) {
        size_t part = strcspn(at, "&");
        if (!add_param(call, at, part))
            return false;
        if (at[part] == '\0')
            return true;
        at += part + 1;
    }
}

// Resource Manager takes an empty segment for none, wherever it stands: its clients write one in front of a
// resource's id, and in the place of a parent that a resource does not have.
static void drop_empty(char *path)
{
    char *out = path;
    for (const char *at = path; *at != '\0'; at++)
        if (at[0] != '/' || (at[1] != '/' && at[1] != '\0'))
            *out++ = *at;
    *out = '\0';
}

static bool read_target(struct call *call)
{
    if (call->target[0] != '/')
        return false;
    const char *query = call->target + strcspn(call->target, "?");
    char *path = arena_strndup(call->arena, call->target, (size_t)(query - call->target));
    if (call->host == CALL_ARM)
        drop_empty(path);
    call->path = path;
    size_t length = strlen(path);
    for (size_t at = 1; at <= length;) {
        size_t part = strcspn(call->path + at, "/");
        // An empty last segment (the current version of a secret) is the same as none; so is an empty one in
        // front of a resource's id, which the clients of Log Analytics send.
        bool empty = part == 0 && (at >= length || (call->host == CALL_LOGS && call->segment_count == 1));
        if (!empty && !add_segment(call, call->path + at, part))
            return false;
        at += part + 1;
    }
    return *query == '\0' || read_params(call, query + 1);
}

bool route_is_visible(const char *text)
{
    while (*text > 0x20 && *text < 0x7f)
        text++;
    return *text == '\0';
}

bool route_read(struct call *call)
{
    if (!route_is_visible(call->target) || !route_is_visible(call->host_name) ||
        !route_is_visible(call->method)) {
        call->target = call->host_name = "";
        call_fail(call, 400, "BadRequest", "The request line or the Host is not well formed.");
        return false;
    }
    if (call->client_request_id != NULL && !route_is_visible(call->client_request_id))
        call->client_request_id = NULL;
    if (call->correlation_id != NULL && !route_is_visible(call->correlation_id))
        call->correlation_id = NULL;
    call->host_name = text_lower(call->arena, call->host_name);
    char *port = strstr(call->host_name, ":443");
    if (port != NULL && port[4] == '\0')
        call->host_name = arena_strndup(call->arena, call->host_name, (size_t)(port - call->host_name));
    call->host = host_of(call);
    if (read_target(call))
        return true;
    call_fail(call, 400, "BadRequest", "The request target is not well formed.");
    return false;
}

bool route_read_form(struct call *call)
{
    if (call->length == 0 || read_params(call, arena_strndup(call->arena, call->bytes, call->length)))
        return true;
    call_ok(call, 400,
            make_value(call->arena, "{'error': 'invalid_request', 'error_description': 'AADSTS900144: The "
                                    "request body is not a form.'}"));
    return false;
}

// Does a segment fit a template's segment? A {…} that fits becomes an argument.
static bool fits_segment(struct call *call, size_t *args, const char *template, size_t length,
                         const char *segment)
{
    if (template[0] != '{')
        return strlen(segment) == length && text_starts_nocase(template, segment);
    REQUIRE(*args < CALL_MAX_ARGS);
    const char *at = template + 1, *end = template + length - 1;
    if (memchr(at, '|', (size_t)(end - at)) == NULL) {
        call->args[(*args)++] = segment;
        return *segment != '\0';
    }
    for (size_t part; at < end; at += part + 1) {
        part = strcspn(at, "|}");
        if (strlen(segment) == part && text_starts_nocase(at, segment)) {
            call->args[(*args)++] = arena_strndup(call->arena, at, part);
            return true;
        }
    }
    return false;
}

static size_t template_count(const char *template)
{
    size_t count = template[0] != '/';
    for (; *template != '\0'; template ++)
        count += *template == '/';
    return count;
}

static void take_scope(struct call *call, size_t first, size_t end)
{
    struct text scope = text_new(call->arena);
    for (size_t i = first; i < end; i++)
        text_addf(&scope, "/%s", call->segments[i]);
    call->scope = scope.ptr;
}

static bool fits(struct call *call, const char *template)
{
    size_t parts = template_count(template), at = 0, args = 0;
    const char *spread = strstr(template, "{+}");
    if (spread == NULL ? parts != call->segment_count : parts > call->segment_count + 1)
        return false;
    size_t width = spread == NULL ? 0 : call->segment_count - (parts - 1);
    while (*template != '\0') {
        template += *template == '/';
        size_t length = strcspn(template, "/");
        if (template == spread) {
            take_scope(call, at, at + width);
            at += width;
        } else if (!fits_segment(call, &args, template, length, call->segments[at++])) {
            return false;
        }
        template += length;
    }
    return true;
}

static bool version_fits(struct call *call, const struct row *row)
{
    if (row->versions == VERSIONS_NONE)
        return true;
    const char *version = call_param(call, "api-version");
    if (version == NULL || *version == '\0') {
        if (call->host == CALL_VAULT)
            call_fail(call, 400, "BadParameter", "api-version must be specified");
        else
            call_fail(call, 400, "MissingApiVersionParameter",
                      "The api-version query parameter (?api-version=) is required for all requests.");
        return false;
    }
    char *globs = arena_strdup(call->arena, version_globs[row->versions]), *rest = globs;
    for (char *glob; (glob = strsep(&rest, " ")) != NULL;)
        if (text_glob(glob, version))
            return true;
    if (call->host == CALL_VAULT)
        call_fail(call, 400, "BadParameter", "The specified version (%.40s) is not recognized.", version);
    else
        call_fail(call, 400, "InvalidApiVersionParameter",
                  "The api-version '%.40s' is invalid. The supported versions are '%s'.", version,
                  version_globs[row->versions]);
    return false;
}

static void no_route(struct call *call, const char *allowed)
{
    if (*allowed != '\0') {
        call_header(call, "Allow", allowed);
        call_fail(call, 405, "MethodNotAllowed", "The requested resource does not support http method '%s'.",
                  call->method);
    } else if (call->host == CALL_NOWHERE) {
        call_fail(call, 421, "MisdirectedRequest", "The lab has no host %.100s.", call->host_name);
    } else if (call->host == CALL_GRAPH) {
        call_fail(call, 400, "BadRequest", "Resource not found for the segment '%.100s'.",
                  call->segment_count > 1 ? call->segments[call->segment_count - 1] : "");
    } else {
        call_fail(call, 404, call->host == CALL_ARM ? "NotFound" : "ResourceNotFound",
                  "The lab knows no resource at %.200s.", call->path);
    }
}

void (*route_find(struct call *call))(struct call *call)
{
    const char *method = strcmp(call->method, "HEAD") == 0 ? "GET" : call->method;
    struct text allowed = text_new(call->arena);
    bool own = false; // rows of its own
    for (const struct row *row = rows; row < rows + ROWS; row++) {
        bool any_type = strstr(row->template, "/{n}/{t}") != NULL;
        if (row->host != call->host || (any_type && own) || !fits(call, row->template))
            continue;
        own = own || !any_type;
        if (strcmp(row->method, method) == 0)
            return version_fits(call, row) ? row->handler : NULL;
        if (row->handler == general_list) // what an action of a resource looks like, too
            continue;
        if (strstr(allowed.ptr, row->method) == NULL) // no method is part of another one's name
            text_addf(&allowed, "%s%s", allowed.length == 0 ? "" : ", ", row->method);
    }
    no_route(call, allowed.ptr);
    return NULL;
}
