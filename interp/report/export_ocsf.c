// Events in the form of the Open Cybersecurity Schema Framework, version 1.8.0. Not for what a line means
// (export.c). Invariant: every event has what its class requires, and the line it came from, byte for byte.
// There is no metadata.logged_time: a line does not say when it was committed.
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"
#include "report/export.h"

enum { BASE = 0, EVENT_LOG = 1008, LIFECYCLE = 6002, API = 6003, REMEDIATION = 7001 };
enum { OTHER = 99 };
enum { CREATE = 1, UPDATE = 3, DELETE = 4 };  // of API
enum { ISOLATE = 1, EVICT = 2, RESTORE = 3 }; // of REMEDIATION
enum { ALLOWED = 1, DENIED = 2 };             // action_id
enum { APPROVED = 8, REJECTED = 25 };         // disposition_id
enum { TARGET = 1, APPLICATION_LOG = 2, SHA_256 = 3 };

// What is written at present.
struct ocsf {
    struct arena *arena;
    const struct export_event *event;
    struct value *map;
};

static void put_int(struct ocsf *ocsf, struct value *map, const char *key, int64_t number)
{
    value_hold(ocsf->arena, map, key, value_int(ocsf->arena, number));
}

static struct value *put_map(struct ocsf *ocsf, struct value *map, const char *key)
{
    return export_put_map(ocsf->arena, map, key);
}

static void put_member(struct ocsf *ocsf, struct value *map, const char *key, const char *member)
{
    export_put_member(ocsf->arena, map, key, ocsf->event->line, member);
}

static bool is_type(const struct ocsf *ocsf, const char *type)
{
    return strcmp(ocsf->event->row->type, type) == 0;
}

static void put_product(struct ocsf *ocsf, struct value *map, const char *key)
{
    struct value *product = put_map(ocsf, map, key);
    value_hold_text(ocsf->arena, product, "name", "playbook");
    value_hold_text(ocsf->arena, product, "vendor_name", "playbook");
    value_hold_text(ocsf->arena, product, "version", PLAYBOOK_VERSION);
}

static bool is_approval(const struct ocsf *ocsf)
{
    return text_starts(ocsf->event->row->type, "approval.");
}

static bool is_decision(const struct ocsf *ocsf)
{
    return is_type(ocsf, "approval.granted") || is_type(ocsf, "approval.refused");
}

static void put_metadata(struct ocsf *ocsf)
{
    struct arena *arena = ocsf->arena;
    struct value *metadata = put_map(ocsf, ocsf->map, "metadata"), *profiles = value_list(arena);
    value_hold_text(arena, metadata, "version", "1.8.0");
    put_product(ocsf, metadata, "product");
    value_append(arena, profiles, value_held_text(arena, "host"));
    if (is_decision(ocsf))
        value_append(arena, profiles, value_held_text(arena, "security_control"));
    value_hold(arena, metadata, "profiles", profiles);
    put_member(ocsf, metadata, "uid", "id");
    put_member(ocsf, metadata, "sequence", "seq");
    put_member(ocsf, metadata, "correlation_uid", "run");
    put_member(ocsf, metadata, "event_code", "type");
    value_hold_text(arena, metadata, "log_name", ocsf->event->log);
    put_member(ocsf, metadata, "original_time", "time");
}

// By the state before and after: a POST may do any of these. What leaves no state is none of them.
static int api_activity(const struct export_event *event)
{
    const struct value *line = event->line;
    if (value_get(line, "once") != NULL)
        return OTHER;
    return value_is_null(value_get(line, "before"))  ? CREATE
           : value_is_null(value_get(line, "after")) ? DELETE
                                                     : UPDATE;
}

static int remediation_activity(const struct export_event *event)
{
    const char *risk = value_text_at(event->line, "risk");
    if (value_flag_at(event->line, "undo") || strstr(value_text_at(event->line, "path"), "~undo") != NULL)
        return RESTORE;
    if (risk == NULL || value_get(event->line, "once") != NULL)
        return OTHER;
    return strcmp(risk, "contain") == 0 ? ISOLATE : strcmp(risk, "destroy") == 0 ? EVICT : OTHER;
}

static void put_class(struct ocsf *ocsf, int class)
{
    const struct export_event *event = ocsf->event;
    int activity = event->row->type_uid % 100;
    if (is_type(ocsf, "effect.intent"))
        activity = api_activity(event);
    else if (class == REMEDIATION)
        activity = remediation_activity(event);
    put_int(ocsf, ocsf->map, "category_uid", class / 1000);
    put_int(ocsf, ocsf->map, "class_uid", class);
    put_int(ocsf, ocsf->map, "activity_id", activity);
    if (activity == OTHER) // the attribute has to say which
        value_hold_text(ocsf->arena, ocsf->map, "activity_name",
                        is_approval(ocsf) ? "Approve" : event->row->name);
    put_int(ocsf, ocsf->map, "type_uid", class * 100 + activity);
    put_int(ocsf, ocsf->map, "severity_id", event->severity);
    put_int(ocsf, ocsf->map, "time", event->time);
    value_hold_text(ocsf->arena, ocsf->map, "message", event->message);
}

static void put_status(struct ocsf *ocsf)
{
    static const int ids[] = {[EXPORT_SUCCESS] = 1, [EXPORT_FAILURE] = 2, [EXPORT_OTHER] = OTHER};
    static const char *const words[] = {[EXPORT_SUCCESS] = "Success", [EXPORT_FAILURE] = "Failure"};
    const struct export_event *event = ocsf->event;
    if (event->outcome == EXPORT_NONE)
        return;
    put_int(ocsf, ocsf->map, "status_id", ids[event->outcome]);
    value_hold_text(ocsf->arena, ocsf->map, "status",
                    event->outcome == EXPORT_OTHER ? event->status : words[event->outcome]);
    if (event->reason != NULL)
        value_hold_text(ocsf->arena, ocsf->map, "status_detail", event->reason);
}

static void put_people(struct ocsf *ocsf)
{
    struct value *actor = put_map(ocsf, ocsf->map, "actor"), *device = put_map(ocsf, ocsf->map, "device");
    value_hold_text(ocsf->arena, actor, "app_name", "playbook");
    value_put_text(ocsf->arena, put_map(ocsf, actor, "user"), "name", ocsf->event->user);
    put_member(ocsf, device, "hostname", "host");
    put_int(ocsf, device, "type_id", 0);
}

static const char *command_uid(struct ocsf *ocsf)
{
    const char *run = value_text_at(ocsf->event->line, "run"),
               *path = value_text_at(ocsf->event->line, "path");
    return arena_printf(ocsf->arena, "%s/%s", run == NULL ? "-" : run, path == NULL ? "-" : path);
}

static void put_http(struct ocsf *ocsf, const struct value *request)
{
    if (value_text_at(request, "url") == NULL)
        return;
    struct value *http = put_map(ocsf, ocsf->map, "http_request");
    value_hold(ocsf->arena, http, "http_method", value_get(request, "method"));
    value_hold(ocsf->arena, put_map(ocsf, http, "url"), "url_string", value_get(request, "url"));
}

static void put_api(struct ocsf *ocsf)
{
    const struct value *line = ocsf->event->line, *requests = value_get(line, "requests");
    struct value *api = put_map(ocsf, ocsf->map, "api");
    const char *primitive = value_text_at(line, "primitive");
    value_hold_text(ocsf->arena, api, "operation", primitive == NULL ? ocsf->event->row->type : primitive);
    put_member(ocsf, put_map(ocsf, ocsf->map, "src_endpoint"), "hostname", "host");
    if (is_type(ocsf, "read")) {
        put_http(ocsf, line);
        if (value_get(line, "status") != NULL)
            put_member(ocsf, put_map(ocsf, api, "response"), "code", "status");
    } else if (!is_approval(ocsf)) {
        value_hold_text(ocsf->arena, put_map(ocsf, api, "request"), "uid", command_uid(ocsf));
        if (value_count(requests) == 1)
            put_http(ocsf, value_item(requests, 0));
    }
    if (value_get(line, "resource") != NULL) {
        struct value *resources = value_list(ocsf->arena), *resource = value_map(ocsf->arena);
        put_member(ocsf, resource, "uid", "resource");
        put_int(ocsf, resource, "role_id", TARGET);
        value_append(ocsf->arena, resources, resource);
        value_hold(ocsf->arena, ocsf->map, "resources", resources);
    }
    if (is_decision(ocsf)) {
        bool granted = is_type(ocsf, "approval.granted");
        put_int(ocsf, ocsf->map, "action_id", granted ? ALLOWED : DENIED);
        put_int(ocsf, ocsf->map, "disposition_id", granted ? APPROVED : REJECTED);
    }
}

static void put_remediation(struct ocsf *ocsf)
{
    value_hold_text(ocsf->arena, ocsf->map, "command_uid", command_uid(ocsf));
    if (value_get(ocsf->event->line, "primitive") != NULL)
        put_member(ocsf, put_map(ocsf, ocsf->map, "remediation"), "desc", "primitive");
}

// The members that no attribute has a place for: all, or the short ones.
static void put_rest(struct ocsf *ocsf, bool whole)
{
    static const char *const told[] = {"v",    "seq",     "id",   "run", "rseq", "prev", "type",
                                       "time", "mono_ns", "boot", "by",  "host", NULL};
    const struct value *line = ocsf->event->line;
    struct value *rest = put_map(ocsf, ocsf->map, "unmapped");
    for (size_t i = 0; i < value_count(line); i++) {
        const struct value_field *field = &line->fields[i];
        bool nested = value_is(field->value, VALUE_MAP) || value_is(field->value, VALUE_LIST);
        if (!text_is_one_of(field->key, told) && (whole || !nested) && !value_is_null(field->value))
            value_hold(ocsf->arena, rest, field->key, field->value);
    }
}

static void put_raw(struct ocsf *ocsf)
{
    const struct export_event *event = ocsf->event;
    value_hold_text(ocsf->arena, ocsf->map, "raw_data",
                    arena_strndup(ocsf->arena, event->bytes, event->length));
    struct value *hash = put_map(ocsf, ocsf->map, "raw_data_hash");
    put_int(ocsf, hash, "algorithm_id", SHA_256);
    value_hold_text(ocsf->arena, hash, "value", event->digest);
}

void export_ocsf(struct text *out, const struct export_event *event)
{
    struct ocsf ocsf = {.arena = out->arena, .event = event, .map = value_map(out->arena)};
    int class = event->row->type_uid / 100;
    put_metadata(&ocsf);
    put_class(&ocsf, class);
    put_status(&ocsf);
    put_people(&ocsf);
    if (class == API)
        put_api(&ocsf);
    else if (class == REMEDIATION)
        put_remediation(&ocsf);
    else if (class == LIFECYCLE)
        put_product(&ocsf, ocsf.map, "app");
    else if (class == EVENT_LOG)
        value_hold_text(ocsf.arena, ocsf.map, "log_name", event->log);
    if (class == EVENT_LOG)
        put_int(&ocsf, ocsf.map, "log_type_id", APPLICATION_LOG);
    if (class == BASE || class == LIFECYCLE || is_approval(&ocsf))
        put_rest(&ocsf, class == BASE);
    put_raw(&ocsf);
    json_write(out, ocsf.map);
    text_addc(out, '\n');
}
