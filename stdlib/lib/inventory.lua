-- Resource Graph: what there is in the subscriptions, asked by a query. It lags by minutes, and hides what one may not
-- read. A query projects `id`, without which the service cannot tell where a page ended.
local inventory = {}

local most_pages = 400

--- inventory.rows(read, subscriptions, query) → every row of every page
function inventory.rows(read, subscriptions, query)
    local url = uri("arm:/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01", {})
    local rows, token = list {}, nil
    for _ = 1, most_pages do
        local answer = read:query(url, {subscriptions = subscriptions, query = query,
            options = {resultFormat = "objectArray", ["$skipToken"] = token}}) or {}
        for _, row in ipairs(answer.data or {}) do table.insert(rows, row) end
        token = answer["$skipToken"]
        if token == nil or token == null or token == "" then
            -- A text, as the service has it.
            if answer.resultTruncated == "true" then error("Resource Graph tells only a part, and not how it goes on", 0) end
            return rows
        end
    end
    error("Resource Graph has more than " .. most_pages .. " pages", 0)
end

return inventory
