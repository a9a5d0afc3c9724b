"""The driven side: ports made real, one package for each technology."""
