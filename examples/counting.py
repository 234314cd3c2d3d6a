"""References without a callback are one and the same; those with one are always new.

same reference: True
weak references: 2
oldest first: True
"""

import weakly


class Page:
    pass


page = Page()
plain = weakly.ref(page)
with_callback = weakly.ref(page, print)

print("same reference:", weakly.ref(page) is plain)
print("weak references:", weakly.getweakrefcount(page))
print("oldest first:", weakly.getweakrefs(page) == [plain, with_callback])

del with_callback  # before the page, so that nothing is printed at the end
