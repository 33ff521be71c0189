# %% [markdown]
# # Which requests of last night would a session have captured?
#
# A notebook as a script: editors run it cell by cell, and the tests run it as a whole from the top of the repository.

# %%
from collections import Counter

import tamis

recording = tamis.Recording.read("corpus/traffic/gateway.otlp.json")
recording

# %% [markdown]
# ## A first try has a mistake, and the report shows it

# %%
draft = "http.response.status_code = 503 && proxy.kong.latency.total > 20"
report = tamis.check(draft)
report

# %%
rule = tamis.compile(report.fixed())
print(rule)

# %% [markdown]
# ## What it captures, and when the session is full

# %%
replay = rule.replay(recording, cap=20)
replay

# %%
Counter(request.path for request in tamis.replay("http.response.status_code >= 500", recording).matched).most_common(3)

# %% [markdown]
# ## Why not this one?

# %%
missed = next(request for request in recording if not rule.match(request))
rule.why(missed)

# %%
assert not report.valid and tamis.check(report.fixed()).valid
assert replay.matches == sum(rule.match(request) for request in recording)
assert not rule.why(missed)
