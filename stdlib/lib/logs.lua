-- Log Analytics: the audit log of vaults, which lies in one of two tables, by a choice made per vault.
local logs = {}

-- Every value enters through the builder, which writes it as a string of the language; an empty `who`, `name`, `app` or
-- `ip` does not narrow. With all four empty, every caller counts.
local audit = [[
let vault = tolower({vault});
let who = {who};
let name = {name};
let app = {app};
let ip = {ip};
let start = {start:datetime};
let end = {finish:datetime};
union isfuzzy=true
  (AZKVAuditLogs
  | extend rid = tolower(_ResourceId), addr = tostring(column_ifexists("CallerIpAddress", "")),
      idn = tostring(column_ifexists("Identity", dynamic(null))), obj = tostring(column_ifexists("Id", "")),
      code = toint(column_ifexists("HttpStatusCode", 0))
  | extend appid = tostring(parse_json(idn).claim.appid), upn = coalesce(tostring(parse_json(idn).claim.upn),
      tostring(parse_json(idn).claim["http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn"]))),
  (AzureDiagnostics
  | where ResourceProvider == "MICROSOFT.KEYVAULT"
  | extend rid = tolower(_ResourceId), addr = tostring(column_ifexists("CallerIPAddress", "")),
      idn = strcat(column_ifexists("identity_claim_oid_g", ""), " ",
          column_ifexists("identity_claim_http_schemas_microsoft_com_identity_claims_objectidentifier_g", "")),
      appid = tostring(column_ifexists("identity_claim_appid_g", "")),
      upn = tostring(column_ifexists("identity_claim_http_schemas_xmlsoap_org_ws_2005_05_identity_claims_upn_s", "")),
      obj = tostring(column_ifexists("id_s", "")), code = toint(column_ifexists("httpStatusCode_d", 0)))
| where TimeGenerated between (start .. end) and (isempty(vault) or rid == vault)
| where (isempty(who) and isempty(name) and isempty(app) and isempty(ip)) or (isnotempty(who) and idn contains who)
    or (isnotempty(name) and upn =~ name) or (isnotempty(app) and appid == app) or (isnotempty(ip) and addr == ip)
| project TimeGenerated, OperationName, addr, idn, appid, upn, obj, code, CorrelationId
| order by TimeGenerated asc
| take 10000]]

logs.limit = 10000

-- When the suspicious access began, as a parameter of those who read a log.
logs.start = {type = "time", optional = true, help = "begin of the suspicious access; default: now"}

-- From when on a log is read: `back` before the suspicious access began, or before now where nobody knows when.
function logs.from(p, read)
    local from = time.add(p.start or now(), "-" .. p.back)
    if not p.start then read:note("nobody says when the access began: the log is read from " .. from .. " on") end
    return from
end

-- The query as {url, body}; nil when the profile names no workspace. Fields: vault, who, name, app, ip, start, finish.
function logs.audit_query(wanted)
    local workspace = profile "workspace"
    if not workspace then return nil end
    local query = kql(audit, {vault = wanted.vault or "", who = wanted.who or "", name = wanted.name or "",
        app = wanted.app or "", ip = wanted.ip or "", start = wanted.start, finish = wanted.finish})
    return uri("logs:/v1{+workspace}/query", {workspace = workspace}), {query = query}
end

-- Rows of the answer as records, and whether they are all there were.
function logs.rows(answer)
    local primary = answer and answer.tables and answer.tables[1]
    if not primary then return list {}, false end
    local rows = list {}
    for _, row in ipairs(primary.rows) do
        local record = {}
        for i, column in ipairs(primary.columns) do record[column.name] = row[i] end
        table.insert(rows, record)
    end
    return rows, not answer.error and #rows < logs.limit
end

return logs
