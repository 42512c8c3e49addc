// Recommendations of Defender for Cloud and the software that it found, which stand beneath the resources
// that they are about. Not for who carries a recommendation out (governance.c). Invariant: they are read
// only; what a recommendation asks for is done at the resource.
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "lab/estate.h"
#include "lab/handlers.h"
#include "lab/make.h"

#define ASSESSMENTS "/providers/microsoft.security/assessments/"

// Metadata and links come only where they are asked for.
static const struct value *shown(struct call *call, const struct value *assessment)
{
    const char *expand = call_param(call, "$expand");
    const struct value *properties = value_get(assessment, "properties");
    struct value *kept = value_map(call->arena), *whole = value_map(call->arena);
    for (size_t i = 0; i < value_count(properties); i++) {
        const struct value_field *field = &properties->fields[i];
        if (strcmp(field->key, "metadata") != 0 ||
            (expand != NULL && text_find_nocase(expand, "metadata") != NULL))
            value_add(call->arena, kept, field->key, field->value);
    }
    if (expand != NULL && text_find_nocase(expand, "links") != NULL)
        value_put(call->arena, kept, "links",
                  make_value(call->arena, "{'azurePortalUri': %s}",
                             arena_printf(call->arena,
                                          "https://portal.azure.com/#blade/Microsoft_Azure_Security/"
                                          "RecommendationsBlade/assessmentKey/%s",
                                          value_text_at(assessment, "name"))));
    value_put_all(call->arena, whole, assessment);
    value_put(call->arena, whole, "properties", kept);
    return whole;
}

void assessment_list(struct call *call)
{
    struct page page = page_open(call);
    char *beneath =
        arena_printf(call->arena, "%s/", text_lower(call->arena, call->scope)); // vm-1 is not vm-10
    struct estate_range range = estate_range(call->estate, beneath);
    for (size_t i = range.first; i < range.end; i++) {
        const char *key = estate_key(call->estate, i), *name = strstr(key, ASSESSMENTS);
        if (name != NULL && strchr(name + strlen(ASSESSMENTS), '/') == NULL && page_wants(&page, key))
            page_add(&page, key, shown(call, estate_at(call->estate, i)));
    }
    page_close(&page);
}

void assessment_get(struct call *call)
{
    const struct value *assessment =
        estate_get(call->estate, text_lower(call->arena, arena_printf(call->arena, "%s" ASSESSMENTS "%s",
                                                                      call->scope, call->args[0])));
    if (assessment == NULL)
        call_missing(call, call->path);
    else
        call_ok(call, 200, shown(call, assessment));
}

// What was found stands at the machine itself ("_software").
void assessment_list_software(struct call *call)
{
    const struct value *machine = estate_get(call->estate, text_lower(call->arena, call->scope));
    if (machine == NULL) {
        call_missing(call, call->scope);
        return;
    }
    const struct value *found = value_get(machine, "_software");
    struct page page = page_open(call);
    for (size_t i = 0; i < value_count(found); i++) {
        const struct value *one = value_item(found, i);
        char *name = arena_printf(call->arena, "%s-_-%s", value_text_at(one, "vendor"),
                                  value_text_at(one, "softwareName"));
        if (page_wants(&page, name))
            page_add(
                &page, name,
                make_value(call->arena,
                           "{'id': %s, 'name': %s, 'type': 'Microsoft.Security/softwareInventories', "
                           "'properties': %v}",
                           arena_printf(call->arena, "%s/providers/Microsoft.Security/softwareInventories/%s",
                                        call->scope, name),
                           name, one));
    }
    page_close(&page);
}
