-- Tells people something the way the profile says: a mail through Graph or a mail server, or a message to the webhook of
-- a chat. The URL of server or webhook is a credential: the core alone knows it, here it is called "notify:". What is told
-- may hold words of an attacker, so every field is one that is shown as plain text, and is cut.
local graph = use "graph"
local plain = use "plain"

local notify = {}

local subject_most, text_most = 150, 3000

-- Adaptive Cards read Markdown in TextBlock and FactSet, but none in TextRun.
local function run_of(words, size)
    return {type = "RichTextBlock", inlines = list {{type = "TextRun", text = words, size = size, weight = size and "Bolder"}}}
end

local makers = {}

function makers.teams(said)
    return {type = "message", attachments = list {{
        contentType = "application/vnd.microsoft.card.adaptive",
        contentUrl = null,
        content = {
            ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json", type = "AdaptiveCard", version = "1.2",
            body = list {run_of(said.subject, "Medium"), run_of("For " .. said.to), run_of(said.text)},
        },
    }}}
end

local function escaped(words)
    words = text.replace(words, "&", "&amp;")
    words = text.replace(words, "<", "&lt;")
    return text.replace(words, ">", "&gt;")
end

function makers.slack(said)
    local function section(words) return {type = "section", text = {type = "plain_text", text = words, emoji = false}} end
    return {
        text = escaped(said.subject),
        blocks = list {
            {type = "header", text = {type = "plain_text", text = said.subject, emoji = false}},
            section("For " .. said.to), section(said.text),
        },
    }
end

function makers.webhook(said)
    return said
end

-- What a mail server gets; the core writes the mail.
local function letter(mail)
    return {from = profile "sender", to = list(mail.to), subject = mail.subject, text = mail.text}
end

-- Where it goes: the resource of the effect.
function notify.target(to)
    local kind = profile "notify"
    return makers[kind] and "notify:" or "mailto:" .. to
end

-- message: to (list of addresses), subject, text, about.
function notify.send(write, message)
    local kind = profile "notify"
    if makers[kind] then
        local said = write:post("notify:", makers[kind]({
            subject = plain.line(message.subject, subject_most),
            to = plain.line(text.join(message.to, ", "), text_most),
            text = plain.cut(message.text, text_most),
            about = plain.line(message.about, subject_most),
        }))
        -- Teams answers well even where it takes nothing, and says so in words; they may hold the URL and are not shown.
        if type(said) == "string" and text.contains(said, "HTTP error") then
            error("the chat has not taken the message: in its good answer it tells of an HTTP error", 0)
        end
        return
    end
    local mail = {to = message.to, subject = plain.line(message.subject, 200), text = plain.cut(message.text, 20000)}
    if #mail.to == 0 then error("nobody to write to") end
    if kind == "smtp" then
        write:post("notify:", letter(mail))
    else
        graph.send_mail(write, mail)
    end
end

return notify
