"""A partner whose API tells of runs of pipelines, on a bad day too."""
