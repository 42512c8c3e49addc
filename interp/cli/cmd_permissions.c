// The command permissions: what a playbook needs to be allowed, whether the sign-in has it, and the smallest
// Azure roles that grant it. It changes nothing. Invariant: without --check nothing is asked of the estate.
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/needs.h"
#include "cli/open.h"
#include "cli/rights.h"
#include "cli/session.h"
#include "data/value.h"
#include "playbook/playbook.h"
#include "policy/profile.h"
#include "report/wrap.h"
#include "run/link.h"

static const char *answer_word(enum rights_answer answer)
{
    static const char *const words[] = {"held", "partly", "missing", NULL};
    return words[answer];
}

// {permission, api, reads, primitives, steps, protects, status, missing}
static const struct value *need_value(struct arena *arena, const struct need *need,
                                      const struct rights *rights)
{
    struct value *map = value_map(arena), *where = value_list(arena);
    enum rights_answer answer = rights == NULL ? RIGHTS_UNKNOWN : rights_hold(rights, need, where);
    value_put_text(arena, map, "permission", need->permission);
    value_put_text(arena, map, "api", need_api_word(need->api));
    value_put(arena, map, "reads", value_bool(need->reads));
    value_put(arena, map, "primitives", need->primitives);
    value_put(arena, map, "steps", need->steps);
    value_put(arena, map, "protects", value_bool(need->protects));
    value_put_text(arena, map, "status", answer_word(answer));
    value_put(arena, map, "missing", where);
    return map;
}

static const struct value *scopes_of(struct cli *cli, const struct session *session,
                                     const struct rights *rights)
{
    const char *const *scope = session->settings.profile->scope;
    struct value *list = value_texts(cli->arena, scope);
    if (scope == NULL && rights != NULL)
        for (const char *const *id = rights_subscriptions(rights); *id != NULL; id++)
            value_append(cli->arena, list, value_printf(cli->arena, "/subscriptions/%s", *id));
    return list;
}

static const struct value *as_value(struct cli *cli, const struct session *session,
                                    const struct playbook *playbook, const struct needs *needs,
                                    const struct rights *rights)
{
    struct arena *arena = cli->arena;
    struct value *map = value_map(arena), *list = value_list(arena), *roles = value_list(arena);
    const struct value *scopes = scopes_of(cli, session, rights);
    for (size_t i = 0; i < needs->count; i++)
        value_append(arena, list, need_value(arena, &needs->items[i], rights));
    value_append(arena, roles, needs_role(arena, needs, playbook->name, true, scopes));
    value_append(arena, roles, needs_role(arena, needs, playbook->name, false, scopes));
    value_put_text(arena, map, "playbook", playbook->name);
    value_put_text(arena, map, "version", playbook->version);
    value_put_text(arena, map, "profile", session->settings.profile->name);
    value_put(arena, map, "checked", value_bool(rights != NULL));
    value_put(arena, map, "needs", list);
    value_put(arena, map, "roles", roles);
    return map;
}

static void print_need(struct wrap *wrap, const struct value *need)
{
    struct arena *arena = wrap->out->arena;
    const char *status = value_text_at(need, "status");
    bool good = text_is(status, "held");
    wrap_begin(wrap, 2, 4);
    if (status != NULL) {
        wrap_put(wrap, good ? WRAP_GREEN : WRAP_RED, status);
        wrap_tab(wrap, 11);
    }
    wrap_put(wrap, WRAP_BOLD, value_text_at(need, "permission"));
    wrap_end(wrap);
    if (status != NULL && !good)
        wrap_line(wrap, 6, WRAP_PLAIN,
                  arena_printf(arena, "not in %s", value_join(arena, value_get(need, "missing"), ", ")));
    if (value_count(value_get(need, "primitives")) > 0)
        wrap_line(wrap, 6, WRAP_DIM, value_join(arena, value_get(need, "primitives"), ", "));
    if (value_flag_at(need, "protects"))
        wrap_line(wrap, 6, WRAP_DIM, "every run: whom the policy protects is looked up");
}

// `words`: of the APIs whose needs belong into this part.
static void print_part(struct wrap *wrap, const struct value *needs, const char *title, const char *words,
                       bool reads)
{
    bool begun = false;
    for (size_t i = 0; i < value_count(needs); i++) {
        const struct value *need = value_item(needs, i);
        if (value_flag_at(need, "reads") != reads || strstr(words, value_text_at(need, "api")) == NULL)
            continue;
        if (!begun) {
            wrap_blank(wrap);
            wrap_line(wrap, 0, WRAP_PLAIN, title);
        }
        begun = true;
        print_need(wrap, need);
    }
}

static void print(struct cli *cli, const struct value *object)
{
    struct text out = text_new(cli->arena);
    struct wrap wrap = wrap_new(&out, cli->out.width, cli->out.colour);
    const struct value *needs = value_get(object, "needs");
    wrap_begin(&wrap, 0, 2);
    wrap_put(&wrap, WRAP_BOLD,
             arena_printf(cli->arena, "%s %s", value_text_at(object, "playbook"),
                          value_text_at(object, "version")));
    wrap_put(&wrap, WRAP_PLAIN,
             arena_printf(cli->arena, " · what the sign-in of the profile %s needs%s",
                          value_text_at(object, "profile"),
                          value_flag_at(object, "checked") ? ", and has" : ""));
    wrap_end(&wrap);
    print_part(&wrap, needs, "Azure roles, to look (rehearse, audit):", "action dataAction", true);
    print_part(&wrap, needs, "Azure roles, to change:", "action dataAction", false);
    print_part(&wrap, needs, "Application permissions, to look:", "appRole", true);
    print_part(&wrap, needs, "Application permissions, to change:", "appRole", false);
    print_part(&wrap, needs, "Roles in Partner Center (no token tells them):", "partner", false);
    wrap_blank(&wrap);
    wrap_line(
        &wrap, 0, WRAP_PLAIN,
        arena_printf(cli->arena,
                     "Two custom roles that grant this and nothing else, one to look and one to change: "
                     "`playbook permissions %s --json`, under roles.",
                     cli->options.arguments[0]));
    cli_print(&out);
}

static bool is_missing(const struct value *object)
{
    const struct value *needs = value_get(object, "needs");
    for (size_t i = 0; i < value_count(needs); i++) {
        const char *status = value_text_at(value_item(needs, i), "status");
        if (status != NULL && strcmp(status, "held") != 0)
            return true;
    }
    return false;
}

static int show(struct session *session)
{
    struct cli *cli = session->cli;
    struct err err;
    struct err_list *errors = err_list_new(cli->arena);
    struct linked linked;
    struct needs needs;
    struct rights *rights = NULL;
    const struct playbook *playbook = open_playbook(cli, session->vm, cli->options.arguments[0], errors);
    if (playbook == NULL ||
        !link_calls(cli->arena, open_catalog(cli), session->vm, playbook, &linked, errors))
        return cli_fail_all(cli, errors);
    if (!needs_collect(cli->arena, session->vm, &linked, &needs, &err))
        return cli_fail(cli, &err);
    needs_add_protected(cli->arena, &needs, session->settings.policy, session->settings.book);
    if (options_has(&cli->options, OPT_CHECK) &&
        (!session_reach(session, &err) || (rights = rights_open(session, &needs, &err)) == NULL))
        return cli_fail(cli, &err);
    const struct value *object = as_value(cli, session, playbook, &needs, rights);
    if (cli_json(cli)) {
        cli_print_json(cli, object);
    } else {
        print(cli, object);
    }
    return is_missing(object) ? 7 : 0;
}

int cmd_permissions(struct cli *cli)
{
    return session_run(cli, NULL, show);
}
