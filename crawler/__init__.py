import os

# Arrow's own allocator keeps what a long run sets free: a third more memory after 20,000 threads. It is chosen when
# pyarrow loads, for the calls inside Arrow too, which pyarrow.set_memory_pool does not reach.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
