// Recipients of mail. Not for its text.
// Invariant: a mail leaves only when each of its recipients is one that the register or the directory named.
#include "policy/mail.h"

#include <string.h>

#include "base/text.h"
#include "data/schema.h"
#include "data/value.h"
#include "policy/known.h"
#include "policy/url.h"

static bool check_address(const struct known_set *addresses, const char *address, struct err *err)
{
    if (address == NULL)
        return err_set(err, E_REFUSED, "a recipient without an address");
    if (known_has(addresses, address))
        return true;
    err_set(err, E_REFUSED, "mail to %.100s is refused: neither register nor directory names it", address);
    err_hint(err, "add it to the register, or look the person up first");
    return false;
}

static bool check_recipients(const struct known_set *addresses, const struct value *list, struct err *err)
{
    if (!value_is_null(list) && !value_is(list, VALUE_LIST))
        return err_set(err, E_REFUSED, "the recipients of a mail are a list");
    for (size_t i = 0; i < value_count(list); i++) {
        const char *address = value_text_at(value_item(list, i), "emailAddress.address");
        if (!check_address(addresses, address, err))
            return false;
    }
    return true;
}

// Member names are matched without case by the service: one spelt otherwise would not be looked at here.
static bool check_spelling(const struct value *message, const char *name, struct err *err)
{
    for (size_t i = 0; i < value_count(message); i++) {
        const char *key = message->fields[i].key;
        if (text_same(key, name) && strcmp(key, name) != 0)
            return err_set(err, E_REFUSED, "the member '%.40s' is spelt '%s'", key, name);
    }
    return true;
}

static bool check_message(const struct known_set *addresses, const struct value *message, struct err *err)
{
    static const char *const fields[] = {"toRecipients", "ccRecipients", "bccRecipients", "replyTo"};
    size_t count = 0;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        const struct value *list = value_get(message, fields[i]);
        if (!check_spelling(message, fields[i], err) || !check_recipients(addresses, list, err))
            return false;
        count += value_count(list);
    }
    return count > 0 || err_set(err, E_REFUSED, "a mail without recipients");
}

bool mail_judge(const struct known_set *addresses, const struct url *url, const struct value *body,
                struct err *err)
{
    static const char *const others[] = {"send", "reply", "replyAll", "forward", "invitations"};
    const char *last = url->count == 0 ? "" : url->segments[url->count - 1];
    const char *dot = strrchr(last, '.'), *action = dot == NULL ? last : dot + 1; // "microsoft.graph.send()"
    size_t length = strcspn(action, "(");
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (strlen(others[i]) == length && text_starts_nocase(action, others[i]))
            return err_set(err, E_REFUSED, "mail is sent by /users/{x}/sendMail only, not by '%s'",
                           others[i]);
    if (text_find_nocase(last, "sendMail") == NULL)
        return true;
    if (!url_matches(url, "/v1.0/users/{x}/sendMail") || url->query != NULL)
        return err_set(err, E_REFUSED, "mail is sent by /v1.0/users/{x}/sendMail only");
    for (size_t i = 0; i < value_count(body); i++)
        if (strcmp(body->fields[i].key, "message") != 0 &&
            strcmp(body->fields[i].key, "saveToSentItems") != 0)
            return err_set(err, E_REFUSED, "a mail with the member '%.40s'", body->fields[i].key);
    return check_message(addresses, value_get(body, "message"), err);
}

// What a line of SMTP and of a header can hold: one address, in ASCII.
static bool is_plain_address(const char *text)
{
    for (const char *c = text; c != NULL && *c != '\0'; c++)
        if (*c < 0x21 || *c > 0x7e)
            return false;
    return text != NULL && schema_is_email(text);
}

bool mail_judge_letter(const struct known_set *addresses, const char *sender, const struct value *letter,
                       struct err *err)
{
    const struct value *to = value_get(letter, "to");
    const char *from = value_text_at(letter, "from");
    if (value_count(letter) != 4 || !value_is(to, VALUE_LIST) || value_count(to) == 0 ||
        value_text_at(letter, "subject") == NULL || value_text_at(letter, "text") == NULL)
        return err_set(err, E_REFUSED, "a letter is {from, to, subject, text}, to somebody");
    if (from == NULL || !is_plain_address(from) || !text_same(from, sender))
        return err_set(err, E_REFUSED, "a letter is from the profile's sender");
    for (size_t i = 0; i < value_count(to); i++) {
        const char *address = value_text(value_item(to, i));
        if (!check_address(addresses, address, err))
            return false;
        if (!is_plain_address(address))
            return err_set(err, E_REFUSED, "'%.100s' is no address that a mail server takes", address);
    }
    return true;
}
