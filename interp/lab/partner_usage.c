// What Partner Center has rated and not billed yet: a line a resource and day of this month, from what the
// resources cost. Not for what a customer sees of it (cost.c). Invariant: only what a partner's customer owns
// is rated.
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "data/value.h"
#include "lab/check.h"
#include "lab/cost.h"
#include "lab/estate.h"
#include "lab/handlers.h"
#include "lab/make.h"
#include "lab/partner_page.h"

enum { DAY_MS = 24 * 3600 * 1000, PAGE = 40, MOST = 2000 };

// What is asked for must be said in full. False after answering 400.
static bool asks_well(struct call *call)
{
    static const struct {
        const char *name, *words;
    } needed[] = {{"provider", "onetime marketplace"},
                  {"invoicelineitemtype", "usagelineitems"},
                  {"period", "current previous"}};
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
        if (!check_word(call_param(call, needed[i].name), needed[i].words)) {
            call_fail(call, 400, "2000", "The parameter %s is one of: %s.", needed[i].name, needed[i].words);
            return false;
        }
    const char *currency = call_param(call, "currencycode"), *size = call_param(call, "size");
    if (currency != NULL && strlen(currency) == 3 && (size == NULL || strtoul(size, NULL, 10) <= MOST))
        return true;
    call_fail(call, 400, "2000", "The parameter currencycode has three letters, and size is at most %d.",
              MOST);
    return false;
}

static const struct value *line(struct call *call, const struct value *entitlement, const struct value *owner,
                                const struct value *source, int64_t day)
{
    const char *id = value_text_at(source, "id");
    return make_value(
        call->arena,
        "{'customerId': %v, 'customerName': %v, 'customerDomainName': %v, 'invoiceNumber': '', "
        "'subscriptionId': %v, 'entitlementId': %v, 'entitlementDescription': %v, 'usageDate': %s, "
        "'resourceUri': %s, 'chargeType': 'new', 'unitType': '1 Hour', 'billingPreTaxTotal': %v, "
        "'billingCurrency': %s, 'invoiceLineItemType': 'usage_line_items', 'billingProvider': 'onetime', "
        "'attributes': {'objectType': 'DailyRatedUsageLineItem'}}",
        value_get(owner, "id"), value_at(owner, "companyProfile.companyName"),
        value_at(owner, "companyProfile.domain"), value_get(entitlement, "subscriptionId"),
        value_get(entitlement, "id"), value_get(entitlement, "friendlyName"), clock_rfc3339(call->arena, day),
        id, cost_money(call, cost_on(source, day)), call_param(call, "currencycode"));
}

// All lines of one Azure subscription.
static void add_lines(struct call *call, struct value *rows, const char *key, const struct value *entitlement)
{
    int64_t now = clock_now_ms();
    const char *customer = key + strlen("partner/entitlements/");
    const struct value *owner = estate_get(call->estate, arena_printf(call->arena, "partner/customers/%.*s",
                                                                      (int)strcspn(customer, "/"), customer));
    const struct value *sources =
        estate_get(call->estate, arena_printf(call->arena, "log/cost/%s", value_text_at(entitlement, "id")));
    for (int64_t day = cost_month(call, now); day <= now; day += DAY_MS)
        for (size_t i = 0; i < value_count(sources); i++)
            if (cost_on(value_item(sources, i), day) > 0)
                value_append(call->arena, rows, line(call, entitlement, owner, value_item(sources, i), day));
}

void partner_list_usage(struct call *call)
{
    if (!asks_well(call))
        return;
    struct value *rows = value_list(call->arena);
    struct estate_range range = estate_range(call->estate, "partner/entitlements/");
    bool there = text_same(call_param(call, "provider"), "onetime") &&
                 text_same(call_param(call, "period"), "current");
    for (size_t i = range.first; there && i < range.end; i++)
        add_lines(call, rows, estate_key(call->estate, i), estate_at(call->estate, i));
    partner_page(call, "/invoices/unbilled/lineitems", rows, PAGE);
}
