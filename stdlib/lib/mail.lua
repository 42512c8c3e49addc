-- Notification mails of Partner Center: whether one is genuine, and of which kind. What a mail says of itself proves
-- nothing; the words of one's own mail server in the first Authentication-Results do, as far as they go. The same alert in
-- the API is the better proof.
local mail = {}

-- Microsoft's addresses have changed before: they are a setting where this is used.
mail.senders = {"no-reply@microsoft.com", "azure-noreply@microsoft.com"}

local function all(headers, name)
    local found = {}
    for _, header in ipairs(headers) do
        if text.same(header.name, name) then table.insert(found, header.value) end
    end
    return found
end

-- The address of From: what stands in the last angle brackets, else the whole. nil when there are several.
local function address(value)
    local parts = text.split(value, "<")
    local inner = parts[#parts]
    local closed = text.split(inner, ">")
    if #parts > 2 then return nil end
    if #parts == 2 and (#closed ~= 2 or text.trim(closed[2]) ~= "") then return nil end
    local found = text.lower(text.trim(closed[1]))
    local sides = text.split(found, "@")
    if #sides ~= 2 or sides[1] == "" or sides[2] == "" or text.contains(found, " ") or text.contains(found, ",") then
        return nil
    end
    return found
end

-- A header without what stands in quotes or brackets: that repeats addresses, and so whatever a sender put into them.
local function bare(value)
    local kept, quoted, depth, i = {}, false, 0, 1
    while i <= #value do
        local c = value:sub(i, i)
        if c == "\\" then
            i = i + 1
        elseif c == "\"" and depth == 0 then
            quoted = not quoted
        elseif c == "(" and not quoted then
            depth = depth + 1
        elseif c == ")" and not quoted and depth > 0 then
            depth = depth - 1
        elseif not quoted and depth == 0 then
            table.insert(kept, c)
        end
        i = i + 1
    end
    return table.concat(kept)
end

-- "dmarc=pass" among the methods of a header, and for whom.
local function passed(results, method, domain)
    for _, clause in ipairs(text.split(text.lower(bare(results)), ";")) do
        local words = text.fields(text.trim(clause))
        if words[1] == method .. "=pass" then
            for _, word in ipairs(words) do
                for _, name in ipairs {"header.from=", "header.d=", "smtp.mailfrom="} do
                    if text.starts(word, name) then
                        local who = word:sub(#name + 1)
                        if who == domain or text.ends(who, "@" .. domain) then return true end
                    end
                end
            end
        end
    end
    return false
end

local kinds = {
    {kind = "summary", words = {"daily", "summary", "digest", "要約", "毎日"}},
    {kind = "advisory", words = {"advisory", "アドバイザリ"}},
    {kind = "alert", words = {"alert", "fraud", "suspicious", "unusual", "mining", "アラート", "不正"}},
}

local function kind_of(subject, words)
    for _, source in ipairs {text.lower(subject), text.lower(words:sub(1, 4000))} do
        for _, it in ipairs(kinds) do
            for _, word in ipairs(it.words) do
                if text.contains(source, word) then return it.kind end
            end
        end
    end
    return "other"
end

local function is_guid(word)
    if #word ~= 36 then return false end
    for i = 1, 36 do
        local c = word:sub(i, i)
        local dash = i == 9 or i == 14 or i == 19 or i == 24
        if dash ~= (c == "-") or not dash and not text.contains("0123456789abcdef", c) then return false end
    end
    return true
end

-- The GUIDs in lines that speak of subscriptions: what else stands in a mail is not looked at.
local function subscriptions(words)
    local found, after = {}, 0
    for _, line in ipairs(text.lines(words)) do
        local low = text.lower(line)
        if text.contains(low, "subscription") or text.contains(low, "サブスクリプション") then after = 2 end
        if after > 0 then
            for _, mark in ipairs {",", ";", "(", ")", "<", ">", "/", "\"", ":", "："} do low = text.replace(low, mark, " ") end
            for _, word in ipairs(text.fields(low)) do
                if is_guid(word) then table.insert(found, word) end
            end
            after = after - 1
        end
    end
    return list.unique(list(found))
end

local months = {Jan = {"01", 31}, Feb = {"02", 29}, Mar = {"03", 31}, Apr = {"04", 30}, May = {"05", 31}, Jun = {"06", 30},
    Jul = {"07", 31}, Aug = {"08", 31}, Sep = {"09", 30}, Oct = {"10", 31}, Nov = {"11", 30}, Dec = {"12", 31}}

-- A number of so many digits up to a limit, as text; nil where it is something else.
local function digits(word, count, most)
    if not word or #word ~= count then return nil end
    for i = 1, count do
        if not text.contains("0123456789", word:sub(i, i)) then return nil end
    end
    return tonumber(word) <= most and word or nil
end

-- "Mon, 16 Sep 2024 03:27:00 +0000" as everything else here writes it; nil where it is no moment.
local function moment(value)
    local parts = text.fields(bare(value or ""))
    if text.ends(parts[1] or "", ",") then table.remove(parts, 1) end
    local month = months[parts[2] or ""]
    if #parts ~= 5 or not month then return nil end
    local zone, clock = parts[5] == "GMT" and "+0000" or parts[5], text.split(parts[4], ":")
    local day, year = digits(("0" .. parts[1]):sub(-2), 2, month[2]), digits(parts[3], 4, 9999)
    local hour, minute, second = digits(clock[1], 2, 23), digits(clock[2], 2, 59), digits(clock[3] or "00", 2, 59)
    local hours, minutes = digits(zone:sub(2, 3), 2, 14), digits(zone:sub(4), 2, 59)
    local signed = zone:sub(1, 1) == "+" or zone:sub(1, 1) == "-"
    if not (day and day ~= "00" and year and hour and minute and second and signed and hours and minutes) then return nil end
    local number = tonumber(year)
    local leap = number % 4 == 0 and (number % 100 ~= 0 or number % 400 == 0)
    if month[1] == "02" and day == "29" and not leap then return nil end
    return year .. "-" .. month[1] .. "-" .. day .. "T" .. hour .. ":" .. minute .. ":" .. second
        .. zone:sub(1, 1) .. hours .. ":" .. minutes
end

--- mail.facts(raw) → what of a mail counts: {from (list), authentication, reply_to, subject, id, date, kind, subscriptions}
function mail.facts(raw)
    local function first(name) return all(raw.headers, name)[1] end
    local subject, words = first "Subject", raw.text or ""
    return {from = list(all(raw.headers, "From")), authentication = first "Authentication-Results",
        reply_to = first "Reply-To", subject = subject, id = first "Message-ID", date = moment(first "Date"),
        kind = kind_of(subject or "", words), subscriptions = subscriptions(words)}
end

--- mail.judge(facts, senders) → {sender, genuine, reasons}
function mail.judge(it, senders)
    local reasons = list {}
    local function doubt(why) table.insert(reasons, why) end
    local sender = #it.from == 1 and address(it.from[1]) or nil
    local domain = sender and text.split(sender, "@")[2]
    if not sender then doubt("it does not name exactly one sender") end
    local expected = false
    for _, one in ipairs(senders) do
        if sender and text.same(one, sender) then expected = true end
    end
    if sender and not expected then doubt("Microsoft does not send from " .. sender:sub(1, 200)) end
    if not it.authentication then
        doubt("no mail server says that it authenticated the sender")
    elseif domain and not passed(it.authentication, "dmarc", domain) then
        doubt("the mail server did not authenticate " .. domain:sub(1, 200) .. " (dmarc)")
    end
    local reply = it.reply_to and (address(it.reply_to) or "")
    if reply and domain and reply ~= sender and not text.ends(reply, "@" .. domain) then
        doubt("answers would go to somebody else")
    end
    return {sender = sender, genuine = #reasons == 0, reasons = reasons}
end

return mail
