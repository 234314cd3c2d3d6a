"""A WeakSet is a registry that objects leave by themselves.

online: ['cleo', 'dan']
both: ['dan']
online later: ['dan']
"""

import weakly


class Player:
    online: "weakly.WeakSet[Player]" = weakly.WeakSet()

    def __init__(self, name: str) -> None:
        self.name = name
        Player.online.add(self)


cleo, dan = Player("cleo"), Player("dan")
team = weakly.WeakSet([dan])
print("online:", [player.name for player in Player.online])
print("both:", [player.name for player in Player.online & team])

del cleo
print("online later:", [player.name for player in Player.online])
