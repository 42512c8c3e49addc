// Writing mail. Not for whom it may go to (policy/mail.c), nor for sending it (net/smtp.c).
// Invariant: whatever subject and text hold, they end no header and no line but their own: beside letters and
// digits everything of a subject is encoded (RFC 2047), and of a text whatever is not printable ASCII (RFC
// 2045).
#include <string.h>

#include "base/panic.h"
#include "base/text.h"
#include "data/mail.h"
#include "data/schema.h"
#include "data/value.h"

enum { WORD_ROOM = 52, LINE_ROOM = 75 }; // bytes of an encoded word, and of a line before its soft break

static void add_encoded(struct text *out, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        text_addf(out, "=%02X", (unsigned)(unsigned char)bytes[i]);
}

// Encoded words, none of which cuts a character.
static void add_words(struct text *out, const char *words)
{
    size_t column = 0;
    text_add(out, "=?utf-8?Q?");
    for (size_t length; *words != '\0'; words += length) {
        bool plain = (*words >= 'a' && *words <= 'z') || (*words >= 'A' && *words <= 'Z') ||
                     (*words >= '0' && *words <= '9');
        length = text_utf8(words, strlen(words), NULL);
        REQUIRE(length > 0);
        size_t width = plain || *words == ' ' ? 1 : 3 * length;
        if (column + width > WORD_ROOM) {
            text_add(out, "?=\r\n =?utf-8?Q?");
            column = 0;
        }
        column += width;
        if (plain)
            text_addc(out, *words);
        else if (*words == ' ')
            text_addc(out, '_');
        else
            add_encoded(out, words, length);
    }
    text_add(out, "?=\r\n");
}

// Quoted-printable; a blank that ends a line would be lost on the way.
static void add_text(struct text *out, const char *text)
{
    size_t column = 0;
    for (; *text != '\0'; text++) {
        bool ends = text[1] == '\n' || text[1] == '\0';
        bool plain = *text == ' ' || *text == '\t' ? !ends : *text >= '!' && *text <= '~' && *text != '=';
        if (*text == '\n') {
            text_add(out, "\r\n");
            column = 0;
            continue;
        }
        if (column + (plain ? 1 : 3) > LINE_ROOM) {
            text_add(out, "=\r\n");
            column = 0;
        }
        column += plain ? 1 : 3;
        if (plain)
            text_addc(out, *text);
        else
            add_encoded(out, text, 1);
    }
    text_add(out, "\r\n");
}

static void add_addresses(struct text *out, const struct value *list)
{
    for (size_t i = 0; i < value_count(list); i++) {
        const char *address = value_text(value_item(list, i));
        REQUIRE(address != NULL && schema_is_email(address));
        text_addf(out, "%s%s", i == 0 ? "" : ",\r\n ", address);
    }
    text_add(out, "\r\n");
}

void mail_write(struct text *out, const struct value *letter, const char *date, const char *id)
{
    const char *from = value_text_at(letter, "from");
    REQUIRE(from != NULL && schema_is_email(from));
    text_addf(out, "Date: %s\r\nMessage-ID: <%s>\r\nFrom: %s\r\nTo: ", date, id, from);
    add_addresses(out, value_get(letter, "to"));
    text_add(out, "Subject: ");
    add_words(out, value_text_at(letter, "subject"));
    text_add(out, "Importance: high\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
                  "Content-Type: text/plain; charset=utf-8\r\n"
                  "Content-Transfer-Encoding: quoted-printable\r\n\r\n");
    add_text(out, value_text_at(letter, "text"));
}
