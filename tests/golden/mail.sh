# Notification mails: genuine or not, which kind, and what the response makes of each.
for mail in ../alerts/mail/*.eml; do
    t alert show $mail
done
t run csp-fraud-alert --alert ../alerts/mail/04-forged-sender.eml --dry-run --unattended
t run csp-fraud-alert --alert ../alerts/mail/02-daily-summary.eml --dry-run --unattended

# A mail names no event either: that of its date is meant, and when it is resolved no other one takes its place.
sed "s/^Date: .*/Date: $(LC_ALL=C date -u -R -d '100 minutes ago')/" ../alerts/mail/01-security-alert.eml >"$work/mail.eml"
for time in first second; do
    t run csp-fraud-alert --alert "$work/mail.eml" --answer finding=ignore --answer genuine=genuine --unattended --approve-all 2>/dev/null |
        sed -n '/^\$/p;/^Made/p;/^ *POST/p;/^Nothing/p;/^\[exit/p'
done

# The leap day is a day of every fourth year.
for date in '29 Feb 2028' '29 Feb 2027' '29 Feb 2000' '29 Feb 2100' '30 Feb 2028'; do
    sed "s/^Date: .*/Date: $date 03:27:00 +0000/" ../alerts/mail/01-security-alert.eml >"$work/leap.eml"
    "$program" alert show "$work/leap.eml" --json | grep -o '"end":[^,]*' | sed "s/^/$date /; s/\"2.*/a moment/"
done
