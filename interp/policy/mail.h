// Whom mail may go to.
#pragma once
#include <stdbool.h>

#include "base/err.h"

struct known_set;
struct url;
struct value;

// A changing request to Graph: when it sends mail, every recipient must be known. Other ways to send mail
// than /users/{x}/sendMail are refused. True for requests that send none.
MUST_CHECK bool mail_judge(const struct known_set *addresses, const struct url *url, const struct value *body,
                           struct err *err);
// A letter to a mail server: {from, to, subject, text} and nothing else, from the profile's sender, to known
// people.
MUST_CHECK bool mail_judge_letter(const struct known_set *addresses, const char *sender,
                                  const struct value *letter, struct err *err);
