"""``scrapy`` commands of this project; ``crawl`` is Scrapy's own with our arguments explained and our exit statuses."""
