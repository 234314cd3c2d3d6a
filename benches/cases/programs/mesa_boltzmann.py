"""Mesa's own model of wealth passed on at random."""

from mesa.examples.basic.boltzmann_wealth_model.model import BoltzmannWealth


def run():
    """Two hundred steps of the model, of a fixed seed."""
    model = BoltzmannWealth(n=400, width=20, height=20, seed=42)
    for _ in range(200):
        model.step()
    wealth = sorted(agent.wealth for agent in model.agents)
    return sum(place * each for place, each in enumerate(wealth))
