"""All settings, in one place. Each can be overridden with ``-s NAME=VALUE`` (reference: docs/settings.md)."""

BOT_NAME = "tiezi"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"
COMMANDS_MODULE = "crawler.commands"

# --- where things go: a local path or an s3:// URI -------------------------------------------------------------------
CORPUS_DIR = "data/corpus"
ARCHIVE_DIR = "data/archive"
CORPUS_BATCH = 2000  # posts that are gathered before they are published
GUARD_DROP = 0.5  # a run that suddenly loses this part of a column, or of known posts, publishes nothing; 0: no guard
GUARD_POSTS = 30  # posts from which that can be told
ARCHIVE_RESUME_HOURS = 24  # an interrupted run that is younger is taken up where it stopped
ARCHIVE_SEGMENT_BYTES = 256 * 2**20  # a WARC file is closed at this size and the next begun

# --- the order of the stages -----------------------------------------------------------------------------------------
ITEM_PIPELINES = {
    "pipelines.adapters.NoisePipeline": 100,
    "pipelines.adapters.ChromePipeline": 200,
    "pipelines.adapters.PrivacyPipeline": 250,
    "pipelines.adapters.SpeakerPipeline": 300,
    "pipelines.adapters.MetadataPipeline": 400,
    "pipelines.adapters.ParquetPipeline": 500,
}

# --- privacy: off; a line in a site's profile turns it on for that site (docs/privacy.md) -----------------------------
PRIVACY_PSEUDONYMS = False  # replace forum accounts by pseudonyms, on every forum
PRIVACY_MASK = False  # mask mobile and ID numbers, e-mail, QQ and WeChat ids in texts, on every forum
PRIVACY_SALT_FILE = ""  # holds the secret behind the pseudonyms; else the environment variable TIEZI_SALT does

# --- reprints: the table that `scrapy reprints` makes ------------------------------------------------------------------
REPRINTS_UPDATE = False  # also bring it up to date at the end of every run that published something
REPRINTS_SIMILARITY = 0.6  # share of its 4-grams that a text must have in common with a longer one
REPRINTS_MIN_GRAMS = 100  # texts with fewer distinct 4-grams take no part

# --- manners ---------------------------------------------------------------------------------------------------------
# A guest with a name: no word of it is in Discuz!'s lists of mobile browsers or robots (discuz.md section 7), so the
# forum answers with its ordinary desktop page, the one with floors. Add who you are: -s CONTACT=you@example.org
CONTACT = ""
USER_AGENT = "Mozilla/5.0 (compatible; Tiezi/0.1; archives forum text for study)"
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "Tiezi"
CONCURRENT_REQUESTS = 1  # the per-domain limit alone lets a burst through when the delay is 0 (Scrapy 2.19)
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 2.0
HTTPERROR_ALLOW_ALL = True  # error pages are answers too: extract says which
COOKIES_ENABLED = True  # attackevasive=4 only wants its cookie back (discuz.md 1.6)
RETRY_TIMES = 3
MANNERS_PAUSE = 10.0  # seconds of the first pause when the forum asks for one; doubled each time
MANNERS_PAUSES = 5  # after so many pauses in a row the run stops with status 4
MANNERS_LONGEST_PAUSE = 600.0

# --- limits of an unattended crawler -----------------------------------------------------------------------------------
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_MAXSIZE = 8 * 2**20
DOWNLOAD_WARNSIZE = 4 * 2**20
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_FAIL_ON_DATALOSS = True
DOWNLOAD_HANDLERS = {"data": None, "file": None, "ftp": None, "s3": None}
REDIRECT_MAX_TIMES = 5
URLLENGTH_LIMIT = 2000
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
DOWNLOADER_MIDDLEWARES = {
    # decompressed first, archived next, and only then redirected or retried: the archive sees every answer
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": 610,
    "crawler.middlewares.ArchiveMiddleware": 605,
    "crawler.middlewares.MannersMiddleware": 560,
    "crawler.middlewares.ConfineMiddleware": 50,
}
EXTENSIONS = {"crawler.progress.Progress": 500}

# --- the bundled forum -------------------------------------------------------------------------------------------------
DEMO_PORT = 8799
DEMO_THREADS = 300

CODE_VERSION = "0.1.0"

LOG_LEVEL = "INFO"
LOG_FORMATTER = "crawler.quiet.QuietFormatter"
FEED_EXPORT_ENCODING = "utf-8"
