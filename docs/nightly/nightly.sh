#!/bin/sh
# Crawls one site after the other; a site that fails stops none of those behind it.
#
#   docs/nightly/nightly.sh SITE... [-- OPTION...]      nightly.sh laomi example -- -s CONTACT=you@example.org
#
# Each SITE is a profile in crawler/sites; what stands behind -- goes to every run. Each site has its log,
# $TIEZI_LOGS/SITE.log (default data/logs). Prints a line for each run that was not complete, so that cron mails nothing else.
# Exit status: the worst of all runs, in the order 0, 5 held, 3 incomplete, 4 refused, 6 below the floor, 1 or killed.

cd "$(dirname "$0")/../.." || exit 1
scrapy=${TIEZI_SCRAPY:-.venv/bin/scrapy}
logs=${TIEZI_LOGS:-data/logs}

sites=
while [ $# -gt 0 ]; do
    case $1 in
        --) shift; break ;;
        *[!A-Za-z0-9_-]* | -* | '') echo "nightly.sh: $1: write the name of a site profile (crawler/sites/NAME.toml)" >&2; exit 1 ;;
        *) sites="$sites $1"; shift ;;
    esac
done
[ -n "$sites" ] || { echo "usage: nightly.sh SITE... [-- OPTION...]" >&2; exit 1; }
mkdir -p "$logs" || exit 1

rank() {
    case $1 in 0) echo 0 ;; 5) echo 1 ;; 3) echo 2 ;; 4) echo 3 ;; 6) echo 4 ;; *) echo 5 ;; esac
}

worst=0
ended=
trap 'ended=1' INT TERM # the run under way gets the signal, too, and publishes what it has; no other begins
for site in $sites; do
    exec 3>>"$logs/$site.log" 4<"$logs/$site.log" || exit 1 # stay with the file, also when logrotate moves it
    "$scrapy" crawl forum -a site="$site" "$@" >&3 2>&1 3>&- 4<&-
    status=$?
    [ "$status" -eq 0 ] || echo "$site: status $status: $(tail -n 1 <&4)"
    [ "$(rank "$status")" -gt "$(rank "$worst")" ] && worst=$status
    [ -z "$ended" ] || break
done
exit "$worst"
