// Lists in pages. Not for what is in them. Invariants: links lead to the host that was asked, by https; a
// skip token is taken only by the list that gave it, so that a link that went astray is never answered with a
// page.
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/crypto.h"
#include "base/text.h"
#include "data/value.h"
#include "lab/call.h"
#include "lab/make.h"

enum { SEAL = 8 };

// The names of the skip token, of the page size, of the link, and the page sizes, by API.
static const struct {
    const char *skip, *size, *link;
    size_t usual, most;
} paging[] = {
    [CALL_ARM] = {"$skipToken", "$top", "nextLink", 8, 100},
    [CALL_VAULT] = {"$skiptoken", "maxresults", "nextLink", 10, 25},
    [CALL_GRAPH] = {"$skiptoken", "$top", "@odata.nextLink", 10, 999},
    [CALL_LOGS] = {"$skiptoken", "$top", "nextLink", 100, 100},
    [CALL_ENDPOINT] = {"$skiptoken", "$top", "@odata.nextLink", 100, 10000},
    [CALL_LOGIN] = {"$skiptoken", "$top", "nextLink", 100, 100},
    [CALL_METADATA] = {"$skiptoken", "$top", "nextLink", 100, 100},
    [CALL_PARTNER] = {"seekOperation", "size", "links", 500, 500}, // partner.c: it has its own way
    [CALL_NOWHERE] = {"$skiptoken", "$top", "nextLink", 100, 100},
};

// What a skip token begins with: whose list it continues.
static char *seal(struct call *call)
{
    unsigned char hash[CRYPTO_HASH_SIZE];
    char *list = text_lower(call->arena, arena_printf(call->arena, "%s%s", call->host_name, call->path));
    crypto_sha256(list, strlen(list), hash);
    return crypto_hex(call->arena, hash, SEAL / 2);
}

// The key behind which a page begins; NULL when there is no token, or one of another list.
static const char *read_skip(struct call *call)
{
    const char *token = call_param(call, paging[call->host].skip);
    size_t length;
    const char *text =
        token == NULL ? NULL : (const char *)crypto_base64url_decode(call->arena, token, &length);
    return text != NULL && text_starts(text, seal(call)) ? text + SEAL : NULL;
}

// 0 when the size is not one.
static size_t read_size(struct call *call)
{
    const char *size = call_param(call, paging[call->host].size);
    if (size == NULL)
        return paging[call->host].usual;
    size_t digits = strspn(size, "0123456789"), number = (size_t)strtoul(size, NULL, 10);
    if (digits == 0 || digits > 9 || size[digits] != '\0')
        return 0;
    bool clamp = call->host == CALL_ARM && number > paging[call->host].most;
    return clamp ? paging[call->host].most : number <= paging[call->host].most ? number : 0;
}

bool page_fits(struct call *call)
{
    if (call->host == CALL_PARTNER)
        return true;
    const char *size = call_param(call, paging[call->host].size);
    const char *code = call->host == CALL_VAULT   ? "BadParameter"
                       : call->host == CALL_GRAPH ? "Request_BadRequest"
                                                  : "BadRequest";
    if (read_size(call) == 0)
        call_fail(call, 400, code,
                  "Invalid page size specified: '%.20s'. Must be between 1 and %zu inclusive.", size,
                  paging[call->host].most);
    else if (call_param(call, paging[call->host].skip) != NULL && read_skip(call) == NULL)
        call_fail(call, 400, code, "The skip token is not one of this list.");
    else
        return true;
    return false;
}

struct page page_open(struct call *call)
{
    return (struct page){
        .call = call, .items = value_list(call->arena), .limit = read_size(call), .after = read_skip(call)};
}

bool page_wants(struct page *page, const char *key)
{
    page->total++;
    if (page->after != NULL && strcmp(key, page->after) <= 0)
        return false;
    if (value_count(page->items) < page->limit)
        return true;
    page->more = true;
    return false;
}

void page_add(struct page *page, const char *key, const struct value *item)
{
    value_append(page->call->arena, page->items, item);
    page->last = arena_strdup(page->call->arena, key);
}

const char *page_next(const struct page *page)
{
    struct call *call = page->call;
    struct text link = text_new(call->arena);
    if (!page->more)
        return NULL;
    char *sealed = arena_printf(call->arena, "%s%s", seal(call), page->last);
    text_addf(&link, "https://%s%s%s?", call->host_name, call->host == CALL_VAULT ? ":443" : "", call->path);
    for (size_t i = 0; i < call->param_count; i++) {
        if (text_same(call->params[i].name, paging[call->host].skip))
            continue;
        text_addf(&link, "%s=", call->params[i].name);
        text_add_percent(&link, call->params[i].value);
        text_addc(&link, '&');
    }
    text_addf(&link, "%s=%s", paging[call->host].skip, crypto_base64url(call->arena, sealed, strlen(sealed)));
    return link.ptr;
}

void page_close(struct page *page)
{
    struct call *call = page->call;
    struct value *answer = make_value(call->arena, "{'value': %v}", page->items);
    if (page->more)
        value_put_text(call->arena, answer, paging[call->host].link, page_next(page));
    call_ok(call, 200, answer);
}
