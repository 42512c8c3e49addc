// Opens and closes the world that tests of runs live in, starts runs and reads the lab's side of the wire. It
// judges nothing. Invariant: a fresh world shares no file and no Lua state with another one.
#include "world.h"

#include "../scratch.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/embed.h"
#include "base/file.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"
#include "data/yaml.h"
#include "lab/lab.h"
#include "net/http.h"
#include "net/token.h"
#include "playbook/catalog.h"
#include "playbook/playbook.h"
#include "policy/policy.h"
#include "policy/profile.h"
#include "policy/register.h"
#include "run/engine.h"
#include "run/prepare.h"
#include "run/recall.h"
#include "run/undo.h"
#include "trail/trail.h"
#include "vm/prim.h"
#include "vm/vm.h"

enum { MOST_PRINTED = 30, SETTLE_MS = 2000 };

void world_must(bool ok, const struct err *err)
{
    if (!ok)
        fail_msg("%s:%d: %s (%s)", err->pos.file != NULL ? err->pos.file : "", err->pos.line, err->message,
                 err->hint);
}

static const struct value *embedded(struct arena *arena, const char *path)
{
    const struct embed_file *file = embed_find(path);
    struct err err = {0};
    assert_non_null(file);
    const struct value *value = yaml_parse(arena, path, file->bytes, file->length, &err);
    world_must(value != NULL, &err);
    return value;
}

int world_patience_ms(const char *faults)
{
    enum { LATE_MS = 5000 };
    return strstr(faults, "delay 7500") != NULL || strstr(faults, "hold 7500") != NULL ? LATE_MS : 0;
}

static void turn_lab(void *context)
{
    lab_turn(context);
}

static int64_t lab_wait(void *context)
{
    return lab_timeout_ms(context);
}

const char *world_path(struct world *world, const char *name)
{
    return arena_printf(world->arena, "%s/%s", world->state, name);
}

static void open_lab(struct world *world, const struct world_config *config)
{
    struct err err = {0};
    const char *faults = NULL;
    if (config->faults != NULL) {
        faults = world_path(world, "faults.json");
        world_must(file_replace(faults, config->faults, strlen(config->faults), &err), &err);
    }
    const struct lab_config lab = {.dir = world_path(world, "lab"), .record = world->record, .fault = faults};
    world->lab = lab_open(world->arena, &lab, &err);
    world_must(world->lab != NULL, &err);
}

static void open_net(struct world *world, const struct world_config *config)
{
    struct arena *arena = world->arena;
    struct err err = {0};
    const char *route = config->route != NULL
                            ? config->route
                            : arena_printf(arena, "http://127.0.0.1:%d", lab_port(world->lab));
    const struct http_config http = {.route = route, .timeout_ms = config->timeout_ms};
    world->http = http_open(arena, &http, &err);
    world_must(world->http != NULL, &err);
    const struct token_config tokens = {.kind = "client-secret",
                                        .tenant = LAB_TENANT,
                                        .authority = "https://login.microsoftonline.com",
                                        .client_id = config->client != NULL ? config->client : LAB_CLIENT_ID,
                                        .client_secret =
                                            config->secret != NULL ? config->secret : LAB_CLIENT_SECRET,
                                        .partner_audience = "https://api.partnercenter.microsoft.com",
                                        .partner_tenant = LAB_PARTNER_TENANT,
                                        .refresh_token = LAB_REFRESH_TOKEN,
                                        .lab = true};
    world->tokens = token_open(arena, &tokens, &err);
    world_must(world->tokens != NULL, &err);
    const struct trail_config trail = {
        .state = world->state, .config_dir = world_path(world, "config"), .by = "tester", .host = "here"};
    world->trail = trail_open(arena, &trail, &err);
    world_must(world->trail != NULL, &err);
}

static void open_engine(struct world *world, const struct world_config *config)
{
    struct arena *arena = world->arena;
    struct err err = {0};
    struct err_list *errors = err_list_new(arena);
    const struct profile *parsed =
        profile_parse(arena, embedded(arena, "playbooks/lab/profile.yaml"), "lab", errors);
    world_must(parsed != NULL, errors->items);
    struct profile *profile = ARENA_NEW(arena, struct profile);
    *profile = *parsed;
    profile->lab = true;
    world->profile = profile;
    const struct register_book *book =
        register_parse(arena, embedded(arena, "playbooks/lab/register.yaml"), errors);
    world_must(book != NULL, errors->items);
    const struct value *written = config->policy == NULL ? embedded(arena, "playbooks/lab/policy.yaml")
                                                         : yaml_parse(arena, "policy.yaml", config->policy,
                                                                      strlen(config->policy), &err);
    const struct policy *policy = written == NULL ? NULL : policy_parse(arena, written, errors);
    world_must(policy != NULL, written == NULL ? &err : errors->items);
    const struct engine_config engine = {
        .catalog = world->catalog,
        .vm = world->vm,
        .http = world->http,
        .tokens = world->tokens,
        .trail = world->trail,
        .profile = profile,
        .book = book,
        .policy = policy,
        .peer = {world->lab, world->lab == NULL ? -1 : lab_fd(world->lab), turn_lab, lab_wait},
        .by = "tester",
        .settle_ms = config->settle_ms > 0 ? config->settle_ms : SETTLE_MS,
        .interrupted = &world->signal};
    world->engine = run_engine_open(arena, &engine);
}

struct world *world_open(const struct world_config *config)
{
    struct arena *arena = arena_open();
    struct world *world = ARENA_NEW(arena, struct world);
    struct err err = {0};
    char folder[SCRATCH_SIZE];
    world->arena = arena;
    if (config->state == NULL)
        scratch_open(folder);
    world->fresh = config->state == NULL;
    world->state = arena_strdup(arena, config->state != NULL ? config->state : folder);
    world->record = world_path(world, "requests.jsonl");
    const char **folders = ARENA_ARRAY(arena, const char *, 2);
    folders[0] = config->lib;
    world->catalog = catalog_open(arena, folders);
    world->vm = vm_open(arena, world->catalog, &err);
    world_must(world->vm != NULL, &err);
    if (config->route == NULL)
        open_lab(world, config);
    open_net(world, config);
    open_engine(world, config);
    world->records = value_list(arena);
    world_changes(world, NULL);
    return world;
}

void world_close(struct world *world)
{
    http_close(world->http);
    token_close(world->tokens);
    trail_close(world->trail);
    lab_close(world->lab);
    vm_close(world->vm);
    if (world->fresh)
        scratch_close(world->state);
    arena_close(world->arena);
}

static const struct prepared_playbook *prepare(struct world *world, const struct catalog_file *file)
{
    struct arena *arena = world->arena;
    struct err_list *errors = err_list_new(arena);
    struct prepared_playbook *prepared = ARENA_NEW(arena, struct prepared_playbook);
    const struct playbook *playbook = playbook_parse_yaml(arena, file, errors);
    if (playbook != NULL && prepare_playbook(arena, world->catalog, world->vm, playbook, prepared, errors))
        return prepared;
    for (size_t i = 0; i < errors->count; i++)
        print_message("%s:%d:%d: %s (%s)\n", errors->items[i].pos.file, errors->items[i].pos.line,
                      errors->items[i].pos.column, errors->items[i].message, errors->items[i].hint);
    fail_msg("the playbook does not check:\n%s", file->bytes);
    return NULL;
}

const struct prepared_playbook *world_playbook(struct world *world, const char *text)
{
    struct catalog_file *file = ARENA_NEW(world->arena, struct catalog_file);
    *file = (struct catalog_file){
        .path = "playbooks/law.yaml", .name = "law.yaml", .bytes = text, .length = strlen(text)};
    return prepare(world, file);
}

const struct prepared_playbook *world_shipped(struct world *world, const char *name)
{
    struct err err = {0};
    const struct catalog_file *file = catalog_playbook(world->catalog, name, &err);
    world_must(file != NULL, &err);
    return prepare(world, file);
}

// Where a moment counts, it is one that has just passed: the alert's end, in a run that has an alert. It is
// the same in all of a process and its children, so that one can go on with what another began.
static const struct value *inputs(struct world *world, const struct primitive *primitive)
{
    static int64_t moment;
    if (moment == 0)
        moment = clock_now_ms() - 60000;
    struct value *with = value_map(world->arena);
    value_put_all(world->arena, with, primitive->example);
    if (primitive->since_moment && value_get(with, "since") == NULL)
        value_put_text(world->arena, with, "since", clock_rfc3339(world->arena, moment));
    return with;
}

const struct prepared_playbook *world_step(struct world *world, const struct primitive *primitive)
{
    const char *with = json_text(world->arena, inputs(world, primitive));
    return world_playbook(world, arena_printf(world->arena,
                                              "playbook: law\nversion: 1.0.0\ntitle: One step\nsteps:\n"
                                              "  - id: one\n    do: %s\n    with: %s\n",
                                              primitive->name, with));
}

static void sink(void *context, const char *type, const struct value *members)
{
    struct world *world = context;
    struct value *record = value_map(world->arena);
    value_put_text(world->arena, record, "type", type);
    value_put(world->arena, record, "members", value_copy(world->arena, members));
    value_append(world->arena, world->records, record);
    if (value_count(world->records) == world->signal_at)
        world->signal = SIGINT;
    if (value_count(world->records) == world->kill_at)
        raise(SIGKILL);
}

static void waits(void *context, const char *path, const char *what)
{
    struct world *world = context;
    assert_non_null(path);
    value_put(world->arena, world->waited, what, &value_true);
}

// Nobody is at the keyboard, and everything is approved.
static int run_request(struct world *world, struct run_request request)
{
    request.unattended = request.approve_all = request.simulated = true;
    request.sink_context = world;
    request.sink = sink;
    request.waits = waits;
    world->records = value_list(world->arena);
    world->waited = value_map(world->arena);
    run_start(world->engine, &request);
    struct run *run = run_engine_take(world->engine);
    assert_non_null(run);
    int status = run_exit(run);
    world->run = arena_strdup(world->arena, run_id(run));
    run_close(run);
    return status;
}

static struct undo_plan *plan_of(struct world *world, const char *run, const char *step)
{
    struct err err = {0};
    const struct recall *of = recall_open(world->arena, world->trail, run, &err);
    world_must(of != NULL, &err);
    struct undo_plan *plan = undo_plan_new(world->arena, world->catalog, world->vm, of, step, &err);
    world_must(plan != NULL, &err);
    return plan;
}

int world_undo(struct world *world, const char *run)
{
    struct undo_plan *plan = plan_of(world, run, NULL);
    const struct run_request request = {.playbook = &plan->playbook, .mode = MODE_LIVE, .undo = plan};
    return run_request(world, request);
}

int world_end_lease(struct world *world, const char *run, const char *path)
{
    struct undo_plan *plan = plan_of(world, run, path);
    plan->leased = true;
    const struct run_request request = {.playbook = &plan->playbook, .mode = MODE_LIVE, .undo = plan};
    return run_request(world, request);
}

static const struct value *with_answers(struct world *world, const struct value *given)
{
    struct value *all = value_map(world->arena);
    value_put_all(world->arena, all, given);
    value_put_all(world->arena, all, world->answers);
    return all;
}

int world_resume(struct world *world, const struct prepared_playbook *playbook)
{
    struct err err = {0};
    const char *id = recall_find(world->arena, world->trail, "last", &err);
    if (id == NULL) {
        assert_int_equal(err.code, E_UNKNOWN_NAME);
        return -1;
    }
    const struct recall *recall = recall_open(world->arena, world->trail, id, &err);
    world_must(recall != NULL, &err);
    if (recall->status != NULL &&
        (strcmp(recall->status, "done") == 0 || strcmp(recall->status, "undone") == 0))
        return -1;
    const char *undoes = value_text_at(recall->started, "undoes");
    struct undo_plan *plan = undoes == NULL ? NULL : plan_of(world, undoes, NULL);
    assert_string_equal(value_text_at(recall->started, "digest"),
                        plan == NULL ? playbook->digest : plan->playbook.digest);
    const struct run_request request = {.playbook = plan == NULL ? playbook : &plan->playbook,
                                        .undo = plan,
                                        .mode = MODE_LIVE,
                                        .recall = recall,
                                        .params = recall->params,
                                        .answers = with_answers(world, recall->answers)};
    return run_request(world, request);
}

int world_run(struct world *world, const struct prepared_playbook *playbook, enum mode mode,
              const struct value *alert)
{
    const struct run_request request = {.playbook = playbook,
                                        .mode = mode,
                                        .alert = alert,
                                        .answers = world->answers,
                                        .alert_newest =
                                            alert == NULL && playbook->playbook->alerts[0] != NULL};
    return run_request(world, request);
}

const struct value *world_record(struct world *world, const char *type, const char *path)
{
    for (size_t i = value_count(world->records); i-- > 0;) {
        const struct value *record = value_item(world->records, i), *members = value_get(record, "members");
        const char *at = value_text_at(members, "path");
        if (strcmp(value_text_at(record, "type"), type) == 0 &&
            (path == NULL || (at != NULL && strcmp(at, path) == 0)))
            return members;
    }
    return NULL;
}

size_t world_count(struct world *world, const char *type, const char *status)
{
    size_t count = 0;
    for (size_t i = 0; i < value_count(world->records); i++) {
        const struct value *record = value_item(world->records, i);
        const char *is = value_text_at(value_get(record, "members"), "status");
        count += strcmp(value_text_at(record, "type"), type) == 0 &&
                 (status == NULL || (is != NULL && strcmp(is, status) == 0));
    }
    return count;
}

void world_print(struct world *world)
{
    size_t count = value_count(world->records);
    for (size_t i = count > MOST_PRINTED ? count - MOST_PRINTED : 0; i < count; i++)
        print_message("  %.1200s\n", json_text(world->arena, value_item(world->records, i)));
}
